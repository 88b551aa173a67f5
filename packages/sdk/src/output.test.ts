import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { testStep } from "./testing/index.js";

const circular: { self?: unknown } = {};
circular.self = circular;

test.each([
  ["a bigint", 1n],
  ["NaN", { a: Number.NaN }],
  ["-Infinity at 'a'", { a: -Infinity }],
  ["a Map", { a: new Map() }],
  ["a Set", [new Set()]],
  ["a symbol", { deep: { a: Symbol("s") } }],
  ["a function", () => 1],
  ["undefined in an array", { a: [1, undefined] }],
  ["undefined", undefined],
  ["a circular reference", circular],
  [
    "its toJSON threw",
    {
      toJSON: () => {
        throw new Error("CANARY");
      },
    },
  ],
])("an output that JSON cannot carry is refused: %s", async (what, output) => {
  const schemaOut = z.union([z.object({ a: z.any() }), z.any()]);
  const step = defineStep(z.unknown(), schemaOut, () => output, { name: "s" });

  const { error, puts } = await testStep(step, { sidecar: {} });

  expect(error?.name).toBe("StepOutputError");
  expect(error?.message).toContain(`Step 's' returned what JSON cannot carry: ${what}`);
  expect(error?.message).not.toContain("CANARY");
  expect(puts).toEqual([]);
});

test("a flaw under a key that the schema does not name is shown without the key", async () => {
  const step = defineStep(z.unknown(), z.record(z.string(), z.any()), () => ({ CANARY: 1n }), { name: "s" });

  const { error } = await testStep(step, { sidecar: {} });

  expect(error?.message).toBe("Step 's' returned what JSON cannot carry: a bigint at '*'.");
});

test("a Date is written as ISO 8601, an absent value not at all, a lone surrogate escaped", async () => {
  const output = { at: new Date(0), gone: undefined, text: "\ud800" };
  const step = defineStep(z.unknown(), z.any(), () => output, { name: "s" });

  const { text } = await testStep(step, { sidecar: {} });

  expect(text).toContain('"s-output":{"at":"1970-01-01T00:00:00.000Z","text":"\\ud800"}');
});

test.each([
  ["more than 1,024 bytes", { a: "x".repeat(1_024) }, /exceeds 1024 bytes of JSON/],
  ["a nested object", { a: {} }, /must be an object/],
  ["a number that is not finite", { a: Number.NaN }, /must be an object/],
])("a route is refused before anything is written: %s", async (_, route, message) => {
  const step = defineStep(z.unknown(), z.any(), () => 1, { name: "s", route: () => route as { a: string } });

  const { error, puts } = await testStep(step, { sidecar: {} });

  expect(error).toMatchObject({ name: "StepOutputError", message: expect.stringMatching(message) });
  expect(puts).toEqual([]);
});

test.each<[string, () => unknown]>([
  ["a Promise", async () => ({ a: 1 })],
  ["an array", () => ["a"]],
  ["undefined", () => undefined],
  ["object", () => new Map([["a", 1]])],
])("a route that returns no plain object is refused before anything is written: %s", async (kind, route) => {
  const step = defineStep(z.unknown(), z.any(), () => 1, { name: "s", route: route as () => { a: string } });

  const { error, puts } = await testStep(step, { sidecar: {} });

  expect(error).toMatchObject({
    name: "StepConfigurationError",
    message: `route of step 's' returned ${kind}; it must return a plain object, and not be async.`,
  });
  expect(puts).toEqual([]);
});
