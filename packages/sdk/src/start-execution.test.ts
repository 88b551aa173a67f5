import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "./define-step.js";
import { executionName } from "./start-execution.js";
import type { StepContext } from "./step.js";
import { createTestStack, testStep } from "./testing/index.js";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Down";
const STARTED = "arn:aws:states:us-east-1:123456789012:execution:Down:test-transaction-go";

const starting = (start: (startExecution: StepContext["startExecution"]) => Promise<unknown>) =>
  defineStep(z.object({}), z.any(), (_, { startExecution }) => start(startExecution), { name: "go" });

const entered = (execution: string) => ({
  execution: `arn:aws:states:us-east-1:123456789012:execution:Main:${execution}`,
  state: "go",
  enteredAt: "2030-01-01T00:00:00Z",
  attempt: 1,
});

test("an execution is named after transaction and step", () => {
  expect(executionName({ txnId: "t", step: "s", entry: {}, round: 0 })).toBe("t-s");
  expect(executionName({ txnId: "t", step: "s", entry: { state: "s", enteredAt: "x" }, round: 0 })).toBe("t-s");
});

test("items, other states, rounds and long names have names of their own, at most 80 characters", () => {
  const long = "x".repeat(64);
  const names = [
    executionName({ txnId: "t", step: "s", entry: { item: 1 }, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: { item: 2 }, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: {}, round: 1 }),
    executionName({ txnId: "t", step: "s", entry: {}, round: 2 }),
    executionName({ txnId: "t", step: "s", entry: { item: 1 }, round: 1 }),
    executionName({ txnId: "t", step: "s-1", entry: {}, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: { state: "again" }, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: { execution: "arn:m:other" }, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: { execution: "arn:m:another" }, round: 0 }),
    executionName({ txnId: long, step: `${long}`, entry: {}, round: 0 }),
    executionName({ txnId: long, step: `${long.slice(1)}y`, entry: {}, round: 0 }),
  ];

  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toMatch(/^t-s-1-[0-9a-f]{16}$/);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
});

test("an execution is started once and gives the same ARN, also when asked for twice at once", async () => {
  const step = starting((start) => Promise.all([start(MACHINE), start(MACHINE)]));
  const event = { subtopic: "w", sfs3: entered("test-transaction") };

  const { document, executions } = await testStep(step, { sidecar: {}, event });

  const input = { processData: "test-transaction", subtopic: "w" };
  expect(document["go-output"]).toEqual([STARTED, STARTED]);
  expect(executions).toEqual([{ stateMachineArn: MACHINE, name: "test-transaction-go", input }]);
});

test.each([
  ["payload", MACHINE, { order: 2 }],
  ["version", `${MACHINE}:2`, { order: 1 }],
])("a second start of one machine with another %s is refused, not lost", async (_, machine, payload) => {
  const step = starting(async (start) => [await start(MACHINE, { order: 1 }), await start(machine, payload)]);

  const { error, executions } = await testStep(step, { sidecar: {} });

  expect(error).toMatchObject({
    name: "StepConfigurationError",
    message: expect.stringMatching(/'go' starts arn:.*:Down.* a second time.*a step of its own/s),
  });
  expect(executions).toHaveLength(1);
});

test("two machines are started by one step", async () => {
  const step = starting((start) => Promise.all([start(MACHINE, { order: 1 }), start(`${MACHINE}2`, { order: 2 })]));

  expect((await testStep(step, { sidecar: {} })).executions).toHaveLength(2);
});

test("each execution on one sidecar starts its own, and finds it again", async () => {
  const stack = createTestStack();
  stack.write("test-transaction", {});
  const arns: unknown[] = [];
  const step = starting(async (start) => {
    arns.push(await start(MACHINE));
    if (arns.length === 2) throw new Error("after the start");
  });

  for (const execution of ["first", "second", "second"]) {
    await testStep(step, { stack, event: { sfs3: entered(execution) } });
  }

  expect(stack.executions).toHaveLength(2);
  expect(arns[1]).not.toBe(arns[0]);
  expect(arns[2]).toBe(arns[1]);
});
