import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { useFolder } from "../../fixtures/use-stack.js";
import { embedded, type Handler, nextEvent } from "../fixtures/embedded.js";
import { definitionOf, PASS, useClient } from "../fixtures/use-client.js";

const DAY_MS = 86_400_000;

const call = (functionName: string, end: Readonly<Record<string, unknown>>) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionName, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...end,
});
const TWO_STEPS = { First: call("first", { Next: "Second" }), Second: call("second", { End: true }) };

/** A machine of two steps of which the second fails, as often as told. */
async function failsAtSecond(times: number, options: Parameters<typeof embedded>[1] = {}) {
  const calls: string[] = [];
  let left = times;
  const handlers: Readonly<Record<string, Handler>> = {
    first: (event) => {
      calls.push("first");
      return { ...Object(event), first: true };
    },
    second: (event) => {
      calls.push("second");
      left -= 1;
      if (left >= 0) throw Object.assign(new Error("not yet"), { name: "NotYet" });
      return event;
    },
  };
  const stack = embedded(handlers, options);
  const stateMachineArn = await stack.deploy("Orders", TWO_STEPS);
  const { executionArn } = await stack.service.startExecution({ stateMachineArn, name: "one", input: '{"n":1}' });
  await stack.service.completion(executionArn);
  return { ...stack, stateMachineArn, executionArn, calls };
}

describe("a redrive", () => {
  test("goes on from the state that failed, under the same ARN", async () => {
    const { service, executionArn, calls } = await failsAtSecond(1);

    const { redriveDate } = await service.redriveExecution({ executionArn });
    const ended = await service.completion(executionArn);

    expect(calls).toEqual(["first", "second", "second"]);
    expect(ended).toMatchObject({
      executionArn,
      status: "SUCCEEDED",
      output: '{"n":1,"first":true}',
      redriveCount: 1,
      redriveDate,
    });
  });

  test("leaves one history: the failure, ExecutionRedriven with its count, and what came after", async () => {
    const { service, executionArn } = await failsAtSecond(1);
    await service.redriveExecution({ executionArn });
    await service.completion(executionArn);

    const { events } = await service.getExecutionHistory({ executionArn });

    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type.startsWith("Execution"))).toEqual([
      "ExecutionStarted",
      "ExecutionFailed",
      "ExecutionRedriven",
      "ExecutionSucceeded",
    ]);
    expect(events.find(({ type }) => type === "ExecutionRedriven")).toMatchObject({
      executionRedrivenEventDetails: { redriveCount: 1 },
    });
  });

  test("may fail and be made again, counting", async () => {
    const { service, executionArn, calls } = await failsAtSecond(2);
    await service.redriveExecution({ executionArn });
    expect(await service.completion(executionArn)).toMatchObject({ status: "FAILED", error: "NotYet" });

    await service.redriveExecution({ executionArn });

    expect(await service.completion(executionArn)).toMatchObject({ status: "SUCCEEDED", redriveCount: 2 });
    expect(calls).toEqual(["first", "second", "second", "second"]);
  });

  test("goes on after a restart, from what the process that was stopped had done", async () => {
    const dataDir = await useFolder();
    const calls: string[] = [];
    const hanging = embedded({ first: () => ({ first: true }), second: () => new Promise(() => {}) }, { dataDir });
    const stateMachineArn = await hanging.deploy("Orders", TWO_STEPS);
    const second = new Promise<void>((resolve) => {
      hanging.service.onEvent((_arn, { type, details }) => {
        if (type === "TaskStateEntered" && details?.name === "Second") resolve();
      });
    });
    const { executionArn } = await hanging.service.startExecution({ stateMachineArn });
    await second;
    await hanging.service.close();
    const handlers: Readonly<Record<string, Handler>> = {
      first: () => calls.push("first"),
      second: (event) => {
        calls.push("second");
        return event;
      },
    };

    const { service } = embedded(handlers, { dataDir });
    await service.redriveExecution({ executionArn });

    expect(await service.completion(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{"first":true}' });
    expect(calls).toEqual(["second"]);
    await service.close();
  });

  test("runs the definition that the execution was started with", async () => {
    const { service, stateMachineArn, executionArn } = await failsAtSecond(1);
    await service.updateStateMachine({ stateMachineArn, definition: definitionOf(PASS) });

    await service.redriveExecution({ executionArn });

    expect(await service.completion(executionArn)).toMatchObject({ output: '{"n":1,"first":true}' });
  });
});

describe("RedriveExecution", () => {
  test("answers the same request twice with the same redrive", async () => {
    const { service, clock, executionArn } = await failsAtSecond(1);
    const first = await service.redriveExecution({ executionArn, clientToken: "token" });
    await service.completion(executionArn);
    clock.advance(60_000);

    const again = await service.redriveExecution({ executionArn, clientToken: "token" });

    expect(again).toEqual(first);
    expect(await service.describeExecution({ executionArn })).toMatchObject({ redriveCount: 1 });
    await expect(service.redriveExecution({ executionArn, clientToken: "other" })).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  test("at the same moment redrives once", async () => {
    const { service, executionArn } = await failsAtSecond(1);

    const redrives = await Promise.allSettled([
      service.redriveExecution({ executionArn }),
      service.redriveExecution({ executionArn }),
    ]);

    expect(redrives).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { message: "Execution is RUNNING and cannot be redriven" } },
    ]);
    await service.completion(executionArn);
  });

  test("refuses an execution that runs, is too old, or whose machine is deleted, each with AWS's reason", async () => {
    const { service, clock, stateMachineArn, executionArn } = await failsAtSecond(1);
    const status = async () => {
      const { redriveStatus, redriveStatusReason } = await service.describeExecution({ executionArn });
      return { redriveStatus, redriveStatusReason };
    };
    expect(await status()).toEqual({ redriveStatus: "REDRIVABLE", redriveStatusReason: undefined });

    clock.advance(14 * DAY_MS + 1);
    const tooOld = "Execution redrivable period exceeded";
    expect(await status()).toEqual({ redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: tooOld });
    await expect(service.redriveExecution({ executionArn })).rejects.toMatchObject({ message: tooOld });
    await service.deleteStateMachine({ stateMachineArn });
    expect(await status()).toMatchObject({ redriveStatusReason: "State machine is in DELETING status" });
  });

  test("of an execution that runs says so", async () => {
    const { service, deploy } = embedded({ first: () => new Promise(() => {}) });
    const stateMachineArn = await deploy("Orders", TWO_STEPS);
    const running = nextEvent(service, "TaskStarted");
    const { executionArn } = await service.startExecution({ stateMachineArn });
    await running;

    await expect(service.redriveExecution({ executionArn })).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is RUNNING and cannot be redriven",
    });
    await service.close();
  });
});

test("the client redrives, describes, lists and reads a redriven execution", async () => {
  const { stack, sfn, roleArn } = await useClient();
  const definition = definitionOf({ Fail: { Type: "Fail", Error: "Broke" } });
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: "Orders", definition, roleArn }));
  const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one" }));
  const other = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "two" }));
  await Promise.all([executionArn, other.executionArn ?? ""].map(stack.stepFunctions.completion));

  const { redriveDate } = await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await stack.stepFunctions.completion(executionArn);

  expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: "FAILED",
    error: "Broke",
    redriveCount: 1,
    redriveDate,
    redriveStatus: "REDRIVABLE",
  });
  const listed = async (redriveFilter: "REDRIVEN" | "NOT_REDRIVEN") =>
    (await sfn.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }))).executions?.map(({ name }) => name);
  expect([await listed("REDRIVEN"), await listed("NOT_REDRIVEN")]).toEqual([["one"], ["two"]]);
  const { events } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(events).toMatchObject([{ type: "ExecutionFailed", executionFailedEventDetails: { error: "Broke" } }]);
});
