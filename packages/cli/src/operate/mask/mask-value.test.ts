import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { HIDDEN, maskValue } from "./mask-value.js";

const secret = () => z.string().meta({ sensitive: true });
const masked = (value: unknown, ...schemas: readonly z.core.$ZodType[]) => maskValue(value, schemas);

describe("what a schema calls sensitive is hidden", () => {
  test.each([
    [
      "in an object",
      z.object({ card: secret(), cents: z.number() }),
      { card: "x", cents: 5 },
      { card: HIDDEN, cents: 5 },
    ],
    ["in an array", z.array(z.object({ card: secret() })), [{ card: "x" }], [{ card: HIDDEN }]],
    ["in a tuple", z.tuple([z.string(), secret()], z.number()), ["a", "x", 1, 2], ["a", HIDDEN, 1, 2]],
    ["in a record", z.record(z.string(), secret()), { a: "x", b: "y" }, { a: HIDDEN, b: HIDDEN }],
    ["as a record's key", z.record(secret(), z.number()), { x: 1 }, HIDDEN],
    [
      "in one option of a union",
      z.union([z.object({ a: secret() }), z.object({ a: z.string() })]),
      { a: "x" },
      { a: HIDDEN },
    ],
    [
      "in a discriminated union",
      z.discriminatedUnion("by", [
        z.object({ by: z.literal("card"), number: secret() }),
        z.object({ by: z.literal("cash"), number: z.number() }),
      ]),
      { by: "cash", number: 5 },
      { by: "cash", number: HIDDEN },
    ],
    [
      "on one side of an intersection",
      z.intersection(z.object({ a: z.string() }), z.object({ a: secret() })),
      { a: "x" },
      { a: HIDDEN },
    ],
    [
      "behind wrappers",
      z.object({ a: secret().nullable().optional().default("d").readonly() }),
      { a: "x" },
      { a: HIDDEN },
    ],
    ["by a wrapper", z.object({ a: z.string().optional().meta({ sensitive: true }) }), { a: "x" }, { a: HIDDEN }],
    ["where checks came after the mark", z.object({ a: secret().min(3) }), { a: "xyz" }, { a: HIDDEN }],
    [
      "as a whole",
      z.object({ a: z.object({ b: z.string() }).meta({ sensitive: true }) }),
      { a: { b: "x" } },
      { a: HIDDEN },
    ],
    ["in what it is read from", z.object({ a: z.pipe(secret(), z.string()) }), { a: "x" }, { a: HIDDEN }],
    [
      "in what a transform was made from",
      z.object({ a: z.object({ card: secret() }).transform(String) }),
      { a: "x" },
      { a: HIDDEN },
    ],
    [
      "of zod/mini",
      mini.object({ a: mini.string().register(z.globalRegistry, { sensitive: true }) }),
      { a: "x" },
      { a: HIDDEN },
    ],
  ])("%s", (_, schema, value, shown) => {
    expect(masked(value, schema)).toEqual(shown);
  });

  test("in a schema that contains itself", () => {
    const Tree = z.object({
      name: secret(),
      get children() {
        return z.array(Tree);
      },
    });

    expect(masked({ name: "a", children: [{ name: "b", children: [] }] }, Tree)).toEqual({
      name: HIDDEN,
      children: [{ name: HIDDEN, children: [] }],
    });
  });

  test("where one of several schemas says so", () => {
    const reads = z.object({ a: secret() });

    expect(masked({ a: "x", b: 1 }, z.object({ a: z.string(), b: z.number() }), reads)).toEqual({ a: HIDDEN, b: 1 });
  });
});

describe("what no schema describes is hidden", () => {
  test.each([
    ["everything, without a schema", undefined, { a: 1 }, HIDDEN],
    ["a key that is not named", z.object({ a: z.number() }), { a: 1, b: 2 }, { a: 1, b: HIDDEN }],
    ["a key that is only let through", z.looseObject({ a: z.number() }), { a: 1, b: 2 }, { a: 1, b: HIDDEN }],
    ["the inside of what ought to be text", z.object({ a: z.string() }), { a: { b: 1 } }, { a: { b: HIDDEN } }],
  ])("%s", (_, schema, value, shown) => {
    expect(maskValue(value, schema === undefined ? [] : [schema])).toEqual(shown);
  });
});

describe("what is described and not marked is shown", () => {
  test.each([
    ["whatever an author lets be anything", z.object({ a: z.unknown(), b: z.any() }), { a: { c: [1] }, b: 2 }],
    ["null and numbers", z.object({ a: z.null(), b: z.number() }), { a: null, b: 5 }],
    ["keys of a declared kind", z.object({}).catchall(z.number()), { a: 1 }],
    [
      "what a transform makes of open data",
      z.object({ a: z.string().transform((text) => ({ text })) }),
      { a: { text: "x" } },
    ],
    ["recursion", z.lazy(() => z.object({ a: z.string() })), { a: "x" }],
  ])("%s", (_, schema, value) => {
    expect(masked(value, schema)).toEqual(value);
  });
});

/** A schema, a value of it, and what of that is secret. */
interface Sample {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  readonly secrets: readonly string[];
}

const samples = fc.letrec<{ any: Sample }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.uuid().map((text): Sample => ({ schema: secret(), value: text, secrets: [text] })),
    fc.integer().map((value): Sample => ({ schema: z.number(), value, secrets: [] })),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie("any"), { maxKeys: 4 }).map(objectOf),
    tie("any").map(
      ({ schema, value, secrets }): Sample => ({ schema: z.array(schema), value: [value, value], secrets }),
    ),
    tie("any").map(({ schema, ...rest }): Sample => ({ schema: z.optional(schema), ...rest })),
    tie("any").map(({ schema, ...rest }): Sample => ({ schema: z.union([z.boolean(), schema]), ...rest })),
    tie("any").map(({ schema, ...rest }): Sample => ({ schema: z.lazy(() => schema), ...rest })),
  ),
}));

function objectOf(members: Readonly<Record<string, Sample>>): Sample {
  const each = Object.entries(members);
  return {
    schema: z.object(Object.fromEntries(each.map(([key, { schema }]) => [key, schema]))),
    value: Object.fromEntries(each.map(([key, { value }]) => [key, value])),
    secrets: each.flatMap(([, { secrets }]) => secrets),
  };
}

test("no secret is seen, wherever in a schema it is marked", () => {
  fc.assert(
    fc.property(samples.any, ({ schema, value, secrets }) => {
      const shown = JSON.stringify(maskValue(value, [schema]));

      for (const text of secrets) expect(shown).not.toContain(text);
      if (secrets.length === 0) expect(JSON.parse(shown)).toEqual(value);
    }),
  );
});
