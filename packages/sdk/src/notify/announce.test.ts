import { mockClient } from "aws-sdk-client-mock";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { createClients } from "../clients.js";
import { defineStep } from "../define-step.js";
import { runStep } from "../run-step.js";
import type { AnyStep } from "../step.js";
import { createTestStack, testStep } from "../testing/index.js";

afterEach(() => void vi.useRealTimers());

const Input = z.object({ foo: z.string() });
const Output = z.object({ length: z.number() });
const measure = defineStep(Input, Output, ({ foo }) => ({ length: foo.length }), {
  name: "measure",
  route: ({ length }) => ({ length }),
});
const sfs3 = { execution: "arn:e", state: "measure", enteredAt: "2030-01-01T00:00:00Z", attempt: 1 };

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

test("a replay is silent but for the end: the attempt before may have died between its write and its message", async () => {
  const stack = createTestStack();
  const last = defineStep(Input, Output, measure.fn, { name: "last", notify: "terminal" });
  await testStep(last, { stack, sidecar: { foo: "" }, event: { sfs3 } });

  await testStep(last, { stack, event: { sfs3: { ...sfs3, attempt: 2 } } });

  const topics = stack.messages.map(({ topic }) => topic);
  expect(topics).toEqual(["test/test-transaction/last", "test/test-transaction", "test/test-transaction"]);
});

test("notify 'none' publishes nothing, and needs no TOPIC_ROOT", async () => {
  const quiet = defineStep(Input, Output, measure.fn, { name: "quiet", notify: "none" });

  const { messages, log, error } = await testStep(quiet, { sidecar: { foo: "" }, env: { TOPIC_ROOT: undefined } });

  expect([messages, error]).toEqual([[], undefined]);
  expect(log.map(({ level }) => level)).toEqual(["INFO"]);
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

test("without TOPIC_ROOT a step works, and says once a container that it publishes nothing", async () => {
  const stack = createTestStack();
  stack.write("test-transaction", { foo: "" });
  const env = { BUCKET_NAME: "sidecars" };
  const lines: string[] = [];
  const clients = createClients(env, stack.clients);
  const runtime = { clients, env, now: Date.now, random: Math.random, sleep: async () => undefined };
  const container = { ...runtime, write: (line: string) => void lines.push(line) };

  await runStep(measure, { processData: "test-transaction" }, undefined, container);
  await runStep(measure, { processData: "test-transaction" }, undefined, container);

  expect(stack.messages).toEqual([]);
  expect(lines.map((line) => JSON.parse(line).message)).toEqual([
    "TOPIC_ROOT is not set: no progress is published",
    "step succeeded",
    "step succeeded",
  ]);
});

test("an IoT that hangs costs a step one time limit of 2 s, and fails nothing", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const stack = createTestStack();
  const hanging = mockClient(stack.clients.iot);
  hanging.onAnyCommand().callsFake(() => new Promise(() => undefined));
  const last = defineStep(Input, Output, measure.fn, { name: "last", notify: "terminal" });

  const running = testStep(last, { stack, sidecar: { foo: "abc" } });
  while (hanging.calls().length < 2) await new Promise(setImmediate);
  let isDone = false;
  void running.then(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(1_999);
  expect(isDone).toBe(false);
  await vi.advanceTimersByTimeAsync(1);

  const { error, log, document } = await running;
  expect(error).toBeUndefined();
  expect(document["last-output"]).toEqual({ length: 3 });
  expect(log.filter(({ level }) => level === "WARN")).toMatchObject([
    { message: "a message was not published", errorName: "TimeoutError", topic: "test/test-transaction/last" },
    { message: "a message was not published", errorName: "TimeoutError", topic: "test/test-transaction" },
  ]);
});

test("near the deadline there is time left to say FAILED", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let clockMs = 0;
  const seen: boolean[] = [];
  const step = defineStep(
    Input,
    Output,
    async (_, { signal }) => {
      seen.push(signal.aborted);
      clockMs = 2_500;
      await vi.advanceTimersByTimeAsync(2_500);
      seen.push(signal.aborted);
      throw signal.reason;
    },
    { name: "s", notify: "terminal" },
  );

  const { error, messages } = await testStep(step, {
    sidecar: { foo: "" },
    now: () => clockMs,
    lambda: { getRemainingTimeInMillis: () => 3_000 },
  });

  expect(seen).toEqual([false, true]);
  expect(error?.name).toBe("TimeoutError");
  expect(messages.map(({ topic }) => topic)).toEqual(["test/test-transaction/s", "test/test-transaction"]);
  expect(messages[1]?.payload).toBe("FAILED");
});
