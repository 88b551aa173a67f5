import { defineStep } from "@sfs3/sdk";
import { flow, type JsonSchema, outlineOf } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { covers } from "./covers.js";

const Nothing = z.object({});

/** The schema as the lock file has it: what is written, or what is read. */
function jsonOf(schema: z.ZodType, side: "reads" | "writes"): JsonSchema {
  const wrapped = z.object({ value: schema });
  const step = defineStep(
    side === "reads" ? wrapped : Nothing,
    side === "writes" ? wrapped : Nothing,
    (() => ({})) as never,
    { name: "step" },
  );
  const outline = outlineOf(flow("Flow", { input: Nothing }).step(step as never));
  return outline.steps.step?.[side] ?? {};
}

function verdict(old: z.ZodType, current: z.ZodType) {
  const [given, needed] = [jsonOf(old, "writes"), jsonOf(current, "reads")];
  return covers({ schema: given, root: given }, { schema: needed, root: needed });
}

const bound = fc.integer({ min: -3, max: 5 });
const length = fc.integer({ min: 0, max: 3 });
const leaf: fc.Arbitrary<z.ZodType> = fc.oneof(
  fc.constantFrom<z.ZodType>(
    z.string(),
    z.number(),
    z.int(),
    z.boolean(),
    z.null(),
    z.any(),
    z.never(),
    z.email(),
    z.string().regex(/^a/),
    z.string().regex(/^A/i),
    z.string().refine((text) => text.length !== 1),
    z.string().trim().min(1),
    z.coerce.number(),
    z.number().multipleOf(2),
    z.json(),
  ),
  fc.tuple(length, length).map(([one, other]) => z.string().min(Math.min(one, other)).max(Math.max(one, other))),
  fc.tuple(bound, bound).map(([one, other]) => z.number().min(Math.min(one, other)).max(Math.max(one, other))),
  fc.tuple(bound, bound).map(([one, other]) => z.number().gt(Math.min(one, other)).lt(Math.max(one, other))),
  fc.uniqueArray(fc.constantFrom("a", "b", "ab", ""), { minLength: 1 }).map((values) => z.enum(values)),
  fc.constantFrom("a", 1, 2, null, true).map((value) => z.literal(value)),
);

const key = fc.constantFrom("k", "l", "m");
const schema = fc.letrec<{ any: z.ZodType }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    leaf,
    fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map((options) => z.union(options)),
    tie("any").map((inner) => z.nullable(inner)),
    fc.tuple(tie("any"), length).map(([item, max]) => z.array(item).max(max)),
    tie("any").map((item) => z.array(item)),
    fc.tuple(tie("any"), tie("any")).map((items) => z.tuple(items)),
    tie("any").map((rest) => z.tuple([z.string()], rest)),
    tie("any").map((value) => z.record(z.string(), value)),
    tie("any").map((value) => z.record(z.enum(["k", "l"]), value)),
    fc
      .tuple(
        fc.dictionary(key, fc.tuple(tie("any"), fc.boolean()), { noNullPrototype: true, maxKeys: 3 }),
        fc.constantFrom(z.object, z.strictObject, z.looseObject),
      )
      .map(([shape, make]) =>
        make(
          Object.fromEntries(
            Object.entries(shape).map(([name, [inner, optional]]) => [name, optional ? inner.optional() : inner]),
          ),
        ),
      ),
  ),
})).any;

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom<unknown>(
      "",
      "a",
      "b",
      "ab",
      "A",
      "abcd",
      " ",
      "x@y.org",
      0,
      1,
      2,
      3,
      -1,
      1.5,
      100,
      true,
      false,
      null,
    ),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("k", "l", "m", "n"), tie("any"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

/** A schema near another one, so that they are often compatible. */
const change: fc.Arbitrary<(schema: z.ZodType) => z.ZodType> = fc.oneof(
  fc.constantFrom<(schema: z.ZodType) => z.ZodType>(
    (same) => same,
    (same) => z.nullable(same),
    (same) => z.union([z.string(), same]),
    (same) => (same instanceof z.ZodObject ? same.partial() : same),
    (same) => (same instanceof z.ZodObject ? same.extend({ m: z.string().optional() }) : same),
    (same) => (same instanceof z.ZodArray ? z.array(same.element as z.ZodType).min(1) : same),
  ),
  schema.map((other) => () => other),
);

test("what is compatible takes every value that the older schema gave", () => {
  let compatible = 0;
  fc.assert(
    fc.property(schema, change, fc.array(value, { minLength: 20, maxLength: 40 }), (old, changed, values) => {
      const current = changed(old);
      if (verdict(old, current) !== "yes") return;
      compatible++;
      for (const one of values) {
        const given = old.safeParse(one);
        if (given.success) expect(current.safeParse(JSON.parse(JSON.stringify(given.data))).success).toBe(true);
      }
    }),
    { numRuns: 1500 },
  );
  expect(compatible).toBeGreaterThan(300);
});

test("what is incompatible refuses some value, where one is found at all", () => {
  let refused = 0;
  fc.assert(
    fc.property(leaf, leaf, fc.array(value, { minLength: 40, maxLength: 60 }), (old, current, values) => {
      const answer = verdict(old, current);
      if (answer !== "never") return;
      for (const one of values) {
        const given = old.safeParse(one);
        if (!given.success) continue;
        refused++;
        expect(current.safeParse(given.data).success).toBe(false);
      }
    }),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(100);
});

describe("the verdict", () => {
  const Node = z.object({
    name: z.string(),
    get children() {
      return z.array(Node);
    },
  });
  const Longer = z.object({
    name: z.string().nullable(),
    get children() {
      return z.array(Longer);
    },
  });
  const Numbered = z.object({
    name: z.number(),
    get children() {
      return z.array(Numbered);
    },
  });
  const order = z.object({ id: z.string(), cents: z.number() });
  const kinds = (...marks: string[]) =>
    z.discriminatedUnion("kind", marks.map((kind) => z.object({ kind: z.literal(kind), n: z.number() })) as never);

  test.each<readonly [string, z.ZodType, z.ZodType, string]>([
    ["an optional key is added", order, order.extend({ note: z.string().optional() }), "yes"],
    ["a required key is added", order, order.extend({ note: z.string() }), "never"],
    ["a key is no longer read", order, z.object({ id: z.string() }), "yes"],
    ["a key turns optional where it is written", order.partial(), order, "no"],
    ["a type changes", z.string(), z.number(), "never"],
    ["a type widens", z.string(), z.string().nullable(), "yes"],
    ["a type narrows", z.string().nullable(), z.string(), "no"],
    ["a value is dropped", z.enum(["a", "b"]), z.enum(["a"]), "no"],
    ["a value is added", z.enum(["a"]), z.enum(["a", "b"]), "yes"],
    ["a text becomes an enumeration", z.string(), z.enum(["a"]), "no"],
    ["a bound is tightened", z.number().min(0), z.number().min(1), "no"],
    ["a bound is loosened", z.number().min(1), z.number().min(0), "yes"],
    ["an integer is read as a number", z.int(), z.number(), "yes"],
    ["a refinement is added", z.string(), z.string().refine(Boolean), "unknown"],
    ["a refinement stays", z.string().refine(Boolean), z.string().refine(Boolean), "yes"],
    ["a kind is added where it is read", kinds("a"), kinds("a", "b"), "yes"],
    ["a kind is dropped where it is read", kinds("a", "b"), kinds("b"), "no"],
    ["a schema that holds itself stays", Node, Node, "yes"],
    ["a schema that holds itself widens", Node, Longer, "yes"],
    ["a schema that holds itself changes", Node, Numbered, "never"],
    ["any JSON stays", z.json(), z.json(), "yes"],
    ["a pattern changes", z.string().regex(/a/), z.string().regex(/b/), "unknown"],
    ["a pattern is added", z.string(), z.string().regex(/b/), "no"],
    ["a date is written and read back", z.date(), z.coerce.date(), "unknown"],
    ["a flag is read as either value", z.boolean(), z.union([z.literal(true), z.literal(false)]), "yes"],
  ])("%s", (_, old, current, expected) => {
    expect(verdict(old, current)).toBe(expected);
  });
});
