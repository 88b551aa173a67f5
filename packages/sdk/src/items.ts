import { $ZodArray, type $ZodType, type input, type output } from "zod/v4/core";
import { parseWith } from "./schema.js";
import type { Schema } from "./step.js";

/** A schema of a Map's output that gives its items one by one. */
export type Items<T extends Schema> = $ZodType<AsyncIterable<output<T>>, input<T>[]>;

/**
 * Reads an array of the sidecar item by item, for one that is too large to hold: at the top level of `schemaIn`, where
 * `z.array(item)` would stand. `fn` gets an `AsyncIterable` of parsed items, in their order.
 *
 * In the parts layout the items of a Map's output are fetched while they are read, at most 16 ahead, and anew by each
 * iteration. In the document layout they lie in the document, which is read as a whole. An item that `item` refuses
 * throws `StepInputError` where it is reached.
 *
 * @example
 * ```ts
 * import { defineStep, items } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * const Label = z.object({ cents: z.number() });
 *
 * export const total = defineStep(
 *   z.object({ "label-output": items(Label) }),
 *   z.object({ cents: z.number() }),
 *   async (data) => {
 *     let cents = 0;
 *     for await (const label of data["label-output"]) cents += label.cents;
 *     return { cents };
 *   },
 *   { name: "total" },
 * );
 * ```
 */
export const items = <T extends Schema>(item: T): Items<T> => {
  const definition = { type: "array", element: item, isStream: true } as const;
  const schema = new $ZodArray(definition);
  const parse: $ZodType["_zod"]["parse"] = (payload) => {
    const given = payload.value;
    if (isAsyncIterable(given) || Array.isArray(given)) payload.value = parsed(item, given);
    else payload.issues.push({ code: "invalid_type", expected: "array", input: given, inst: schema });
    return payload;
  };
  // An array to everything that looks at schemas, as the flow's checks do; only parsing is another.
  Object.assign(schema._zod, { parse, run: parse });
  return schema as unknown as Items<T>;
};

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

const parsed = <T extends Schema>(item: T, given: Iterable<unknown> | AsyncIterable<unknown>) => ({
  async *[Symbol.asyncIterator](): AsyncGenerator<output<T>, void, undefined> {
    let index = 0;
    for await (const value of given) {
      yield await parseWith(item, value, {
        name: "StepInputError",
        subject: `Item ${index} is not what the step reads`,
      });
      index += 1;
    }
  },
});
