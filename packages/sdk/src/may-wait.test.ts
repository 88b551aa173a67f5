import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { blob } from "./blobs/blob.js";
import { defineStep } from "./define-step.js";
import { items } from "./items.js";
import { mayWait } from "./may-wait.js";
import { testStep } from "./testing/index.js";

const later = <T>(value: T) => new Promise<T>((resolve) => setImmediate(resolve, value));

const Tree = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree);
  },
});

describe("a schema that holds no code of its author's is parsed at once", () => {
  test.each([
    ["an object", z.object({ a: z.string().min(1).optional(), b: z.int().nullable().default(1) })],
    ["formats", z.object({ a: z.email(), b: z.iso.datetime(), c: z.uuid(), d: z.string().trim().toLowerCase() })],
    ["lists", z.tuple([z.array(z.number()).max(3), z.record(z.string(), z.enum(["a"]))])],
    ["a union", z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })])],
    ["a pipe without a transform", z.string().pipe(z.coerce.number())],
    ["recursion", Tree],
    ["lazy recursion", z.lazy(() => Tree)],
    ["items", z.object({ list: items(z.object({ n: z.number() })) })],
    ["zod/mini", mini.object({ a: mini.string().check(mini.minLength(1)) })],
  ])("%s", (_, schema) => {
    expect(mayWait(schema)).toBe(false);
  });
});

/** A factory that calls itself: each look makes schemas that nobody has seen. */
const endless = (): z.ZodType =>
  z.object({
    get next() {
      return endless().optional();
    },
  });

describe("a schema that may return a promise somewhere is waited for", () => {
  test.each([
    ["a refinement", z.string().refine(() => true)],
    ["a check", z.array(z.string()).check(() => undefined)],
    ["a transform, deep inside", z.object({ a: z.array(z.string().transform((text) => text)).optional() })],
    ["a preprocessor", z.preprocess((value) => value, z.string())],
    ["a codec", z.codec(z.string(), z.number(), { decode: Number, encode: String })],
    ["a type of one's own", z.custom<string>(() => true)],
    ["a class", z.instanceof(Date)],
    ["a promise", z.promise(z.string())],
    ["a lazy schema with a refinement", z.lazy(() => z.string().refine(() => true))],
    ["what a catchall takes", z.object({}).catchall(z.string().refine(() => true))],
    ["a blob", z.object({ file: blob() })],
    ["items of which each may wait", items(z.string().refine(() => true))],
    ["zod/mini", mini.string().check(mini.refine(() => true))],
    ["schemas without end", endless()],
  ])("%s", (_, schema) => {
    expect(mayWait(schema)).toBe(true);
  });
});

test("a step waits for both of its schemas, and runs the author's code once", async () => {
  const isKnown = vi.fn((id: string) => later(id === "a"));
  const priced = vi.fn((cents: number) => later(cents * 2));
  const step = defineStep(
    z.object({ id: z.string().refine(isKnown) }),
    z.object({ cents: z.number().transform(priced) }),
    () => ({ cents: 1 }),
    { name: "s" },
  );

  const taken = await testStep(step, { sidecar: { id: "a" } });
  expect(taken.document["s-output"]).toEqual({ cents: 2 });
  expect([isKnown.mock.calls.length, priced.mock.calls.length]).toEqual([1, 1]);

  const refused = await testStep(step, { sidecar: { id: "b" } });
  expect(refused.error).toMatchObject({ name: "StepInputError", issues: [{ path: ["id"] }] });
});

test("a default is made where it is needed, and not to look at the schema", async () => {
  const made = vi.fn(() => "made");
  const schemaIn = z.object({ id: z.string().default(made) });
  const step = defineStep(schemaIn, z.any(), ({ id }) => ({ id }), { name: "s" });
  const before = made.mock.calls.length;

  expect((await testStep(step, { sidecar: { id: "given" } })).document["s-output"]).toEqual({ id: "given" });
  expect(made.mock.calls.length).toBe(before);
  expect((await testStep(step, { sidecar: {} })).document["s-output"]).toEqual({ id: "made" });
});
