import { expect, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { defineStep } from "./define-step.js";
import { Sfs3Error } from "./errors.js";
import { testStep } from "./testing/index.js";

const CANARY = "CANARY";

const refusedBy = async (schemaIn: z.ZodType | mini.ZodMiniType, value: unknown) => {
  const step = defineStep(z.object({ v: schemaIn }), z.any(), () => 1, { name: "s" });
  const { error, log, messages } = await testStep(step, { sidecar: { v: value, other: CANARY } });
  if (!(error instanceof Sfs3Error)) throw new Error("the step was expected to fail with an Sfs3Error");
  return { error, log, messages };
};

/** Whatever Lambda's runtime could log of an error: its own properties, its stack, its causes. */
const everythingOf = (error: Error): string =>
  JSON.stringify([error.name, error.message, error.stack, { ...error }, String(error.cause)]);

test.each([
  ["a wrong type", z.number(), CANARY, "v: Invalid input: expected number, received string"],
  ["an enum", z.enum(["eur", "usd"]), CANARY, 'v: Invalid option: expected one of "eur"|"usd"'],
  ["a literal", z.literal("on"), CANARY, 'v: Invalid input: expected "on"'],
  ["a union", z.union([z.number(), z.object({ a: z.string() })]), { a: { [CANARY]: 1 } }, "v: Invalid input"],
  [
    "a discriminated union",
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
    { kind: CANARY },
    "v.kind: Invalid",
  ],
  ["a pattern", z.string().regex(/^\d+$/), CANARY, "v: Invalid string: must match pattern /^\\d+$/"],
  ["a format", z.email(), CANARY, "v: Invalid email address"],
  ["a size", z.string().max(2), CANARY, "v: Too big"],
  ["a refinement", z.string().refine(() => false), CANARY, "v: Invalid input"],
  ["an unrecognized key", z.strictObject({ a: z.number() }), { a: 1, [CANARY]: 1 }, "v: 1 unrecognized key(s)"],
  ["a record's value", z.record(z.string(), z.number()), { [CANARY]: CANARY }, "v.*: Invalid input: expected number"],
  ["a record's key", z.record(z.string().max(2), z.any()), { [CANARY]: 1 }, "v.*: Invalid key in record"],
  ["a catchall", z.object({ a: z.any() }).catchall(z.number()), { a: 1, [CANARY]: "" }, "v.*: Invalid input"],
  [
    "a list of records",
    z.array(z.record(z.string(), z.object({ n: z.number() }))),
    [{ [CANARY]: { n: CANARY } }],
    "v.0.*.n: Invalid input",
  ],
  [
    "a transform's own issue",
    z.string().transform((_, { issues }) => void issues.push({ code: "custom", input: CANARY, message: "no" })),
    CANARY,
    "v: no",
  ],
  ["a lazy schema", z.lazy(() => z.object({ n: z.number() })), { n: CANARY }, "v.n: Invalid input"],
  ["zod/mini", mini.object({ n: mini.number() }), { n: CANARY }, "v.n: Invalid input"],
])("what a schema finds wrong is told without the data: %s", async (_, schema, value, told) => {
  const { error, log, messages } = await refusedBy(schema, value);

  expect(error.name).toBe("StepInputError");
  expect(error.message).toContain(`The sidecar of transaction 'test-transaction' is not what step 's' reads: ${told}`);
  expect(error.issues).toHaveLength(1);
  expect(everythingOf(error) + JSON.stringify([log, messages])).not.toContain(CANARY);
});

test("an author's own message is the author's", async () => {
  const { error } = await refusedBy(z.string({ error: ({ input }) => `not text: ${input}` }), 17);

  expect(error.message).toContain("v: not text: 17");
});

test("no more than five issues are listed; error.issues holds all", async () => {
  const { error } = await refusedBy(z.array(z.number()), Array(7).fill("x"));

  expect(error.message).toMatch(/v\.4: [^;]+; and 2 more$/);
  expect(error.issues.map(({ path }) => path)).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => ["v", index]));
});

test("what fn returns is told by schemaOut's paths, without its values", async () => {
  const wrong = () => ({ length: CANARY as unknown as number });
  const step = defineStep(z.any(), z.object({ length: z.number() }), wrong, { name: "s" });

  const { error, log, messages } = await testStep(step, { sidecar: { foo: CANARY } });

  expect(error).toMatchObject({ name: "StepOutputError", issues: [{ path: ["length"] }] });
  expect(JSON.stringify([error?.message, log, messages])).not.toContain(CANARY);
});

test("a zod/mini step runs end to end", async () => {
  const step = defineStep(
    mini.object({ text: mini.string().check(mini.minLength(1)), times: mini._default(mini.number(), 2) }),
    mini.object({ text: mini.string() }),
    ({ text, times }) => ({ text: text.repeat(times) }),
    { name: "repeat" },
  );

  expect((await testStep(step, { sidecar: { text: "ab" } })).document["repeat-output"]).toEqual({ text: "abab" });
  expect((await testStep(step, { sidecar: {} })).error?.name).toBe("S3DataPreconditionError");
  expect((await testStep(step, { sidecar: { text: "" } })).error?.name).toBe("StepInputError");
});
