import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { testStep } from "./testing/index.js";

const step = defineStep(
  z.object({ foo: z.string() }),
  z.any(),
  (_, { log }) => {
    log.debug("debug");
    log.info("info", { lines: 3, txnId: "not the author's to set" });
    log.warn("warn", { big: 1n });
    log.error("error");
    return "CANARY";
  },
  { name: "s" },
);

const logAt = async (level: string | undefined) =>
  (await testStep(step, { sidecar: { foo: "CANARY" }, env: { LOG_LEVEL: level } })).log;

test.each([
  ["TRACE", ["debug", "info", "warn", "error", "step succeeded"]],
  ["debug", ["debug", "info", "warn", "error", "step succeeded"]],
  [undefined, ["info", "warn", "error", "step succeeded"]],
  ["nonsense", ["info", "warn", "error", "step succeeded"]],
  ["INFO", ["info", "warn", "error", "step succeeded"]],
  ["WARN", ["warn", "error"]],
  ["ERROR", ["error"]],
  ["FATAL", []],
])("LOG_LEVEL %s lets through %j", async (level, messages) => {
  expect((await logAt(level)).map(({ message }) => message)).toEqual(messages);
});

test("each line says which transaction, step, attempt and request; fields that JSON cannot carry do not fail a step", async () => {
  const { log, error } = await testStep(step, {
    sidecar: { foo: "CANARY" },
    lambda: { awsRequestId: "r-1" },
    now: () => 1_900_000_000_000,
  });

  const place = { step: "s", txnId: "test-transaction", attempt: 1, requestId: "r-1", at: "2030-03-17T17:46:40.000Z" };
  expect(error).toBeUndefined();
  expect(log).toEqual([
    { level: "INFO", message: "info", lines: 3, ...place },
    { level: "WARN", message: "warn", unloggable: ["big"], ...place },
    { level: "ERROR", message: "error", ...place },
    { level: "INFO", message: "step succeeded", durationMs: 0, ...place },
  ]);
});

test.each([
  [{ event: { processData: "CANARY/x" } }, "step refused", "InvalidEventError"],
  [{ env: { TOPIC_ROOT: "#" } }, "step refused", "StepConfigurationError"],
  [{ env: { BUCKET_NAME: undefined } }, "step failed", "StepConfigurationError"],
  [{ sidecar: undefined }, "step failed", "S3DataPreconditionError"],
])("what stops a step before it reads is logged with its reason, without data: %j", async (options, message, name) => {
  const { log, error } = await testStep(step, { sidecar: { foo: "CANARY" }, ...options });

  expect(error?.name).toBe(name);
  expect(log).toMatchObject([{ level: "ERROR", message, errorName: name, reason: error?.message, step: "s" }]);
  expect(JSON.stringify(log)).not.toContain("CANARY");
});

test("what fn throws is logged by its name alone: its message is the author's, and may hold data", async () => {
  const failing = defineStep(
    z.any(),
    z.any(),
    () => {
      throw new RangeError("CANARY");
    },
    { name: "s" },
  );

  const { log, messages } = await testStep(failing, { sidecar: {} });

  expect(log).toMatchObject([{ message: "step failed", errorName: "RangeError" }]);
  expect(JSON.stringify([log, messages])).not.toContain("CANARY");
});
