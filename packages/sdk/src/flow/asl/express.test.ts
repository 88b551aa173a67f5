import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { flow, notExpress } from "../index.js";

const Input = z.object({ id: z.string() });
const step = defineStep(Input, z.object({ ok: z.boolean() }), () => ({ ok: true }), { name: "ask" });
const begin = flow("Orders", { input: Input });
const started = flow("Payment", { input: Input }).step(step);
const distributed = {
  Type: "Map",
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED" },
    StartAt: "each",
    States: { each: { Type: "Pass", End: true } },
  },
};
const nested = {
  Type: "Parallel",
  Branches: [
    {
      StartAt: "task",
      States: { task: { Type: "Task", Resource: "arn:aws:states:::glue:startJobRun.sync", End: true } },
    },
  ],
};

describe("a flow cannot be an Express machine where", () => {
  test.each([
    [begin.callback(step, { timeoutSeconds: 60 }), "'ask' waits for a callback"],
    [begin.step(step).start(started, { wait: true }), "'start-Payment' waits for the end of what it starts"],
    [begin.step(step).wait({ seconds: 301, as: "long" }), "'long' waits for more than 5 minutes"],
    [begin.step(step).state("items", distributed), "'items' is a distributed Map"],
    [begin.step(step).state("around", nested), "'task' waits for the end of what it starts"],
    [
      flow("Orders", { input: Input, redrivable: true }).step(step),
      "it is redrivable, and no Express execution can be redriven",
    ],
  ])("it, or one of its states, does what such a machine cannot", (standard, why) => {
    expect(notExpress(standard)).toBe(why);
  });
});

test("a flow that starts and goes on, and waits for five minutes at most, can be one", () => {
  expect(notExpress(begin.step(step).start(started).wait({ seconds: 300 }))).toBeUndefined();
});
