import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import type { AnyStep } from "./step.js";
import { createTestStack, testStep } from "./testing/index.js";

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), {
  name: "measure",
  route: ({ length }) => ({ length }),
});
const sfs3 = { execution: "arn:e", state: "measure", enteredAt: "2030-01-01T00:00:00Z", attempt: 1 };

describe("a step's life", () => {
  test("merges its output, keeps a journal, publishes progress and returns the payload", async () => {
    const { document, payload, messages, requests, error, puts } = await testStep(measure, {
      sidecar: { foo: "abc" },
      event: { subtopic: "w1", route: { other: { a: 1 } }, extra: [1], sfs3 },
      now: () => 1_900_000_000_000,
    });

    expect(error).toBeUndefined();
    expect(Object.keys(document)).toEqual(["foo", "measure-output", "$sfs3"]);
    expect(document).toEqual({
      foo: "abc",
      "measure-output": { length: 3 },
      $sfs3: { measure: { ...sfs3, committedAt: "2030-03-17T17:46:40.000Z", durationMs: 0, route: { length: 3 } } },
    });
    expect(payload).toEqual({
      processData: "test-transaction",
      subtopic: "w1",
      route: { other: { a: 1 }, measure: { length: 3 } },
      extra: [1],
    });
    expect(messages.map(({ topic, payload }) => ({ topic, payload: JSON.parse(payload) }))).toEqual([
      {
        topic: "test/w1/test-transaction/measure",
        payload: { step: "measure", status: "SUCCEEDED", at: "2030-03-17T17:46:40.000Z", durationMs: 0, attempt: 1 },
      },
    ]);
    expect(requests.map(({ operation }) => operation)).toEqual(["GetObject", "PutObject"]);
    expect(puts[0]).toMatchObject({ ServerSideEncryption: "AES256", ContentType: "application/json" });
    expect(puts[0]?.IfMatch).toMatch(/^".+"$/);
  });

  test("a key that is not there yet fails the predicate, naming step, key and transaction", async () => {
    const { error } = await testStep(measure, { sidecar: { constructorX: 1 } });

    expect(error).toMatchObject({ name: "S3DataPreconditionError" });
    expect(error?.message).toBe("Step 'measure' misses 'foo' in the sidecar of transaction 'test-transaction'.");
  });

  test("an inherited name is not a key that is present", async () => {
    const step = defineStep(z.object({ toString: z.any() }), Output, () => ({ length: 0 }), { name: "s" });

    expect((await testStep(step, { sidecar: {} })).error?.name).toBe("S3DataPreconditionError");
  });

  test("ready replaces the required keys", async () => {
    const step = defineStep(z.unknown(), Output, () => ({ length: 0 }), { name: "s", ready: ({ go }) => go === true });

    expect((await testStep(step, { sidecar: { go: false } })).error?.name).toBe("S3DataPreconditionError");
    expect((await testStep(step, { sidecar: { go: true } })).error).toBeUndefined();
  });

  test("a missing sidecar is a precondition, an S3 that throttles is unavailable, a denied read keeps AWS's name", async () => {
    const outcome = async (status: 403 | 503) => {
      const stack = createTestStack();
      stack.fail("GetObject", { status });
      return (await testStep(measure, { stack, sidecar: { foo: "a" } })).error;
    };

    expect((await testStep(measure)).error?.name).toBe("S3DataPreconditionError");
    expect(await outcome(503)).toMatchObject({ name: "SidecarUnavailableError", cause: { name: "SlowDown" } });
    expect((await outcome(403))?.name).toBe("AccessDenied");
  });

  test("what fn throws passes through; what is no Error is wrapped", async () => {
    const failing = (thrown: unknown) =>
      defineStep(
        Input,
        Output,
        () => {
          throw thrown;
        },
        { name: "s" },
      );
    const boom = Object.assign(new Error("no"), { name: "Boom" });

    expect((await testStep(failing(boom), { sidecar: { foo: "" } })).error).toBe(boom);
    expect((await testStep(failing("text"), { sidecar: { foo: "" } })).error).toMatchObject({
      message: "Step 's' threw a string instead of an Error.",
      cause: "text",
    });
  });

  test("schema failures carry issues, and no value of the data", async () => {
    const wrongOut = defineStep(Input, Output, () => ({ length: "CANARY" as unknown as number }), { name: "s" });

    const wrongIn = await testStep(measure, { sidecar: { foo: ["CANARY"], secret: "CANARY" } });
    const out = await testStep(wrongOut, { sidecar: { foo: "CANARY" } });

    expect(wrongIn.error).toMatchObject({ name: "StepInputError", issues: [{ path: ["foo"] }] });
    expect(out.error).toMatchObject({ name: "StepOutputError", issues: [{ path: ["length"] }] });
    expect(JSON.stringify([wrongIn.error?.message, wrongIn.log, out.error?.message, out.log])).not.toContain("CANARY");
    expect(wrongIn.log).toMatchObject([{ level: "ERROR", errorName: "StepInputError", txnId: "test-transaction" }]);
  });

  test.each([
    ["a bigint", 1n],
    ["NaN", { a: Number.NaN }],
    ["a Map", { a: new Map() }],
    ["a function", () => 1],
    ["undefined", undefined],
  ])("an output that JSON cannot carry is refused: %s", async (what, output) => {
    const step = defineStep(z.unknown(), z.any(), () => output, { name: "s" });

    const { error } = await testStep(step, { sidecar: {} });

    expect(error?.name).toBe("StepOutputError");
    expect(error?.message).toContain(what);
  });
});

describe("the merge", () => {
  test("50 writers at once, met by 412 and 409, leave 50 outputs", async () => {
    const stack = createTestStack();
    stack.write("test-transaction", { foo: "abc" });
    stack.fail("PutObject", { status: 409 }, { status: 412 }, { status: 409 });
    const steps = Array.from({ length: 50 }, (_, at) =>
      defineStep(Input, Output, () => ({ length: at }), { name: `writer-${at}` }),
    );

    const results = await Promise.all(steps.map((step) => testStep(step, { stack })));

    expect(results.map(({ error }) => error)).toEqual(Array(50).fill(undefined));
    const document = stack.document("test-transaction");
    expect(Object.keys(document)).toHaveLength(52);
    expect(steps.map((_, at) => document[`writer-${at}-output`])).toEqual(steps.map((_, at) => ({ length: at })));
    expect(Object.keys(document.$sfs3 as object)).toHaveLength(50);
  });

  test("loses until its time is spent: SidecarConflictError", async () => {
    const stack = createTestStack();
    stack.fail("PutObject", ...Array.from({ length: 500 }, () => ({ status: 412 }) as const));
    let clockMs = 0;

    const { error } = await testStep(measure, {
      stack,
      sidecar: { foo: "a" },
      now: () => clockMs,
      sleep: async (waitMs) => {
        clockMs += waitMs + 100;
      },
    });

    expect(error?.name).toBe("SidecarConflictError");
    expect(clockMs).toBeLessThan(30_000);
  });

  test.each([sfs3, undefined])("a write whose answer was lost stands: it is not made twice (%j)", async (entry) => {
    const stack = createTestStack();
    stack.fail("PutObject", { status: 500, applied: true });

    const result = await testStep(measure, { stack, sidecar: { foo: "abc" }, event: { sfs3: entry } });

    expect(result.error).toBeUndefined();
    expect(result.payload?.route).toEqual({ measure: { length: 3 } });
    expect(result.puts).toHaveLength(1);
  });

  test("the same state entry again returns what the lost response held, without fn", async () => {
    const stack = createTestStack();
    const fn = vi.fn(({ foo }: { foo: string }) => ({ length: foo.length }));
    const step = defineStep(Input, Output, fn, { name: "measure", route: ({ length }) => ({ length }) });
    const first = await testStep(step, { stack, sidecar: { foo: "abc" }, event: { sfs3 } });

    const again = await testStep(step, { stack, event: { sfs3: { ...sfs3, attempt: 2 } } });
    const nextRound = await testStep(step, { stack, event: { sfs3: { ...sfs3, enteredAt: "later" } } });

    expect(again.payload).toEqual(first.payload);
    expect(nextRound.error).toBeUndefined();
    expect(fn).toHaveBeenCalledTimes(2);
  });

  test("the items of a Map fill one array, each with its journal entry", async () => {
    const stack = createTestStack();
    stack.write("test-transaction", { foo: "abc" });
    const step = defineStep(Input, z.number(), (_, { item }) => item ?? -1, { name: "m" });

    for (const item of [2, 0, 1]) await testStep(step, { stack, event: { sfs3: { ...sfs3, item } } });

    const document = stack.document("test-transaction");
    expect(document["m-output"]).toEqual([0, 1, 2]);
    expect(Object.keys(document.$sfs3 as object)).toEqual(["m[2]", "m[0]", "m[1]"]);
  });
});

describe("hazards of JSON", () => {
  test("what other writers put there survives byte for byte", async () => {
    const others = '"n":12345678901234567890,"one": 1.0,"lone":"\\ud800","deep":{"__proto__":{"a":1}},"constructor":1';

    const { text, error } = await testStep(measure, { sidecar: `\uFEFF{${others},"foo":"a"}` });

    expect(error).toBeUndefined();
    expect(text?.startsWith(`{${others},`)).toBe(true);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test("data that reaches fn has no own __proto__", async () => {
    const step = defineStep(
      z.unknown(),
      z.object({ polluted: z.boolean() }),
      (data) => ({ polluted: Object.hasOwn((data as { deep: object }).deep, "__proto__") }),
      { name: "s" },
    );

    const { document } = await testStep(step, { sidecar: '{"deep":{"__\\u0070roto__":{"a":1}}}' });

    expect(document["s-output"]).toEqual({ polluted: false });
  });

  test.each([
    ["nothing", ""],
    ["text", "nope CANARY"],
    ["an array", "[1]"],
    ["a scalar", "1"],
    ["a duplicate key", '{"foo":"a","f\\u006fo":"b"}'],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["a malformed journal", '{"foo":"a","$sfs3":[]}'],
  ])("a sidecar that holds %s is corrupt", async (_, sidecar) => {
    const { error, puts } = await testStep(measure, { sidecar });

    expect(error?.name).toBe("SidecarCorruptError");
    expect(error?.message).not.toContain("CANARY");
    expect(puts).toEqual([]);
  });
});

describe("messages", () => {
  const failing = defineStep(
    Input,
    Output,
    () => {
      throw Object.assign(new Error("no"), { name: "Flaky" });
    },
    { name: "f", notify: "terminal", retry: [{ errors: ["Flaky"], maxAttempts: 1 }] },
  );

  test("notify 'terminal' says FAILED where the machine does not retry, and never where it may", async () => {
    const ends = async (step: AnyStep, attempt: number) =>
      (await testStep(step, { sidecar: { foo: "" }, event: { sfs3: { ...sfs3, attempt } } })).messages
        .filter(({ topic }) => topic === "test/test-transaction")
        .map(({ payload }) => payload);

    expect(await ends(failing, 1)).toEqual([]);
    expect(await ends(failing, 9)).toEqual([]);
    expect(await ends(defineStep(Input, Output, failing.fn, { name: "f", notify: "terminal" }), 1)).toEqual(["FAILED"]);
    expect(
      await ends(
        defineStep(Input, Output, () => ({ length: 1 }), { name: "f", notify: "terminal" }),
        1,
      ),
    ).toEqual(["SUCCEEDED"]);
  });

  test("a publish that fails is logged and fails nothing", async () => {
    const stack = createTestStack();
    stack.failPublish();

    const { error, log } = await testStep(measure, { stack, sidecar: { foo: "a" } });

    expect(error).toBeUndefined();
    expect(log).toContainEqual(expect.objectContaining({ level: "WARN", message: "a message was not published" }));
  });

  test("settings that are missing or cannot be a topic are refused before S3 is asked", async () => {
    const refused = async (env: Record<string, string | undefined>) => {
      const { error, requests } = await testStep(failing, { sidecar: { foo: "" }, env });
      return [error?.name, requests.length];
    };

    expect(await refused({ TOPIC_ROOT: undefined })).toEqual(["StepConfigurationError", 0]);
    expect(await refused({ TOPIC_ROOT: "a/#" })).toEqual(["StepConfigurationError", 0]);
    expect(await refused({ TOPIC_ROOT: "$aws" })).toEqual(["StepConfigurationError", 0]);
    expect(await refused({ BUCKET_NAME: undefined })).toEqual(["StepConfigurationError", 0]);
  });

  test("without TOPIC_ROOT a step works, and says once that it publishes nothing", async () => {
    const { messages, log, error } = await testStep(measure, { sidecar: { foo: "" }, env: { TOPIC_ROOT: undefined } });

    expect([messages, error]).toEqual([[], undefined]);
    expect(log.filter(({ level }) => level === "WARN")).toHaveLength(1);
  });
});

test("startExecution starts once and gives the same ARN, also when asked twice at once", async () => {
  const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:Down";
  const step = defineStep(
    Input,
    z.object({ arns: z.array(z.string()) }),
    async (_, { startExecution }) => ({ arns: await Promise.all([startExecution(arn), startExecution(arn)]) }),
    { name: "go" },
  );

  const { document, executions } = await testStep(step, {
    sidecar: { foo: "" },
    event: { subtopic: "w", sfs3: { ...sfs3, state: "go" } },
  });

  const started = "arn:aws:states:us-east-1:123456789012:execution:Down:test-transaction-go";
  expect(document["go-output"]).toEqual({ arns: [started, started] });
  expect(executions).toEqual([
    { stateMachineArn: arn, name: "test-transaction-go", input: { processData: "test-transaction", subtopic: "w" } },
  ]);
});

test.each([
  ["text", /must be an object/],
  [{ processData: "a/" }, /parts layout/],
  [{ processData: "a/b" }, /processData/],
  [{ subtopic: "a+" }, /subtopic/],
  [{ route: { a: 1 } }, /route/],
  [{ sfs3: { item: -1 } }, /sfs3.item/],
  [{ sfs3: { state: 1 } }, /sfs3.state/],
])("an event that breaks the wire contract is refused: %j", async (event, message) => {
  const { error } = await testStep(measure, { sidecar: { foo: "" }, event });

  expect(error?.name).toBe("InvalidEventError");
  expect(error?.message).toMatch(message);
});

test.each([
  [{ name: "a b" }, /name must be/],
  [{ name: "__proto__" }, /name must be/],
  [{ name: "a", outputKey: "$sfs3" }, /outputKey/],
  [{ name: "a", outputKey: "a/b" }, /outputKey/],
  [{ name: "a", timeoutSeconds: 901 }, /timeoutSeconds must be an integer from 1 to 900/],
  [{ name: "a", timeoutSecond: 1 }, /unknown option 'timeoutSecond'/],
  [{ name: "a", notify: "all" }, /notify/],
  [{ name: "a", sse: { algorithm: "aws:kms" } }, /sse/],
  [{ name: "a", retry: [{ errors: [] }] }, /retry\[0\].errors/],
])("a misdefined step is refused where it is defined: %j", (options, message) => {
  const define = () => defineStep(Input, Output, () => ({ length: 0 }), options as { name: string });

  expect(define).toThrow(
    expect.objectContaining({ name: "StepConfigurationError", message: expect.stringMatching(message) }),
  );
});
