import { expect, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { requiredKeys } from "./required-keys.js";

const base = z.object({ a: z.string(), b: z.string().optional(), c: z.number().default(1), d: z.string().nullable() });

test.each([
  ["an object", base, ["a", "d"]],
  ["zod/mini", mini.object({ a: mini.string(), b: mini.optional(mini.string()) }), ["a"]],
  ["a transform", base.transform((value) => value.a), ["a", "d"]],
  ["a refinement", base.refine((value) => value.a !== ""), ["a", "d"]],
  ["readonly", base.readonly(), ["a", "d"]],
  ["lazy", z.lazy(() => base), ["a", "d"]],
  ["an intersection", z.intersection(base, z.object({ e: z.string() })), ["a", "d", "e"]],
  ["a default", base.default({ a: "", c: 1, d: null }), ["a", "d"]],
  ["a union: what all options need", z.union([base, z.object({ a: z.string(), e: z.string() })]), ["a"]],
  ["a pipe: its in side", base.pipe(z.transform((value) => value)), ["a", "d"]],
  ["what has no keys", z.unknown(), []],
])("required keys of %s", (_, schema, keys) => {
  expect(requiredKeys(schema)).toEqual(keys);
});
