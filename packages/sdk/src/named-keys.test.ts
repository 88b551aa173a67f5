import { expect, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { namedKeys } from "./named-keys.js";

const a = z.object({ a: z.string() });
const b = z.object({ b: z.string().optional() });

test.each([
  ["an object", a, ["a"]],
  ["an object of zod/mini", mini.object({ a: mini.string(), b: mini.optional(mini.string()) }), ["a", "b"]],
  ["a transformed object", a.transform(({ a: value }) => value), ["a"]],
  ["an intersection", z.intersection(a, b), ["a", "b"]],
  ["a union", z.union([a, b]), ["a", "b"]],
  ["a lazy object", z.lazy(() => a), ["a"]],
  ["an object with a default", a.readonly().default({ a: "" }), ["a"]],
])("%s sees the keys that it names", (_, schema, keys) => {
  expect([...(namedKeys(schema) ?? [])]).toEqual(keys);
});

test.each([
  ["a loose object, which keeps what it does not name", z.looseObject({ a: z.string() })],
  ["a strict object, which refuses it", z.strictObject({ a: z.string() })],
  ["an object with a catchall", a.catchall(z.number())],
  ["a record", z.record(z.string(), z.unknown())],
  ["a preprocessed object", z.preprocess((value) => value, a)],
  ["a union with a record", z.union([a, z.record(z.string(), z.number())])],
  ["anything", z.unknown()],
])("%s may see every key", (_, schema) => {
  expect(namedKeys(schema)).toBeUndefined();
});
