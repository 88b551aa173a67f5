import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isExactJson } from "./exact-json.js";

test("what JSON has is exact, also where it comes from another realm", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => isExactJson(value)));
  expect(isExactJson(runInNewContext('({ a: [1, "x", null, { b: true }] })'))).toBe(true);
  expect(isExactJson({ a: undefined, b: Object.create(null) })).toBe(true);
});

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** With what JSON lacks, by name: `undefined` within an array, and numbers that are not finite. */
const parts = (value: unknown): unknown[] => {
  if (Array.isArray(value))
    return Array.from(value, (part) => parts(part === undefined ? Symbol("undefined") : part)).flat();
  return typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(parts)] : [value];
};

test("an exact value has no part that JSON lacks", () => {
  fc.assert(
    fc.property(anything, (value) => {
      fc.pre(isExactJson(value));

      const lacking = parts(value).filter((part) => {
        if (typeof part === "number") return !Number.isFinite(part);
        const isPlain =
          typeof part !== "object" || part === null || [null, Object.prototype].includes(Object.getPrototypeOf(part));
        return !isPlain || ["bigint", "function", "symbol"].includes(typeof part);
      });
      expect(lacking).toEqual([]);
    }),
  );
});

const circular: { list: unknown[] } = { list: [1] };
circular.list.push(circular, circular);

const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

test.each<[string, unknown]>([
  ["undefined", undefined],
  ["undefined in an array", [1, undefined]],
  ["a hole", Array(2)],
  ["NaN", { a: { b: Number.NaN } }],
  ["a bigint", [1n]],
  ["a symbol", { a: Symbol("s") }],
  ["a function", { a: () => 1 }],
  ["a Map", { a: new Map() }],
  ["a Set", { a: new Set() }],
  ["a Date", { a: new Date(0) }],
  ["bytes", { a: new Uint8Array(1) }],
  ["a boxed number", { a: Object(Number.NaN) }],
  ["a toJSON", { toJSON: () => Number.NaN }],
  ["an array's toJSON", Object.assign([1], { toJSON: () => Number.NaN })],
  ["a class", { a: new (class Price {})() }],
  ["a circle", circular],
  ["more than 500 levels", nested(501)],
])("%s is not", (_, value) => {
  expect(isExactJson(value)).toBe(false);
});

test("500 levels are", () => {
  expect(isExactJson(nested(500))).toBe(true);
});
