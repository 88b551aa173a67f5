import type { JsonSchema } from "@sfs3/sdk/flow";
import { opaquePlaces } from "../opaque-places.js";
import type { Checked, Rule } from "../rule.js";

/** Types that JSON has no value for, each with what to use instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  bigint: "a string of its digits",
  file: "the key of an object in S3",
  function: "data",
  map: "z.record(...)",
  nan: "z.number().nullable()",
  promise: "what it resolves to",
  set: "z.array(...)",
  symbol: "a string",
};

/** A date is written as a string, which `z.date()` does not take back. */
const INSTEAD_WHERE_READ = { ...INSTEAD, date: "z.coerce.date()" };

export const schemaJson: Rule = {
  name: "schema-json",
  severity: "error",
  summary:
    "Schemas describe what JSON can carry: no Map, Set, bigint, symbol, function or NaN, and where it is read no Date.",
  *check({ flow, outline }: Checked) {
    for (const [type, place] of unfit(outline.input, INSTEAD)) {
      yield { flow: flow.name, message: `${flow.name}: its input has a ${type} at ${place}` };
    }
    for (const [step, { reads, writes }] of Object.entries(outline.steps)) {
      for (const [type, place] of unfit(reads, INSTEAD_WHERE_READ)) {
        yield { flow: flow.name, state: step, message: `${flow.name}: the step '${step}' reads a ${type} at ${place}` };
      }
      for (const [type, place] of unfit(writes, INSTEAD)) {
        yield {
          flow: flow.name,
          state: step,
          message: `${flow.name}: the step '${step}' writes a ${type} at ${place}`,
        };
      }
    }
  },
};

const unfit = (schema: JsonSchema, instead: Readonly<Record<string, string>>) =>
  opaquePlaces(schema).flatMap(({ opaque, path }) => {
    const other = instead[opaque];
    const where = path === "" ? "its top" : `'${path}'`;
    return other === undefined ? [] : [[opaque, `${where}, which JSON cannot carry. Use ${other}.`] as const];
  });
