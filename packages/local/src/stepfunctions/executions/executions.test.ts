import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { definitionOf, useClient, WAITING } from "../fixtures/use-client.js";

/** A machine whose executions wait for their tokens, which come in the order of their starts. */
async function useWaiting() {
  const { stack, sfn, roleArn } = await useClient();
  const definition = definitionOf(WAITING);
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: "Orders", definition, roleArn }));
  const start = async (name: string, input = "{}") => {
    const token = new Promise<string>((resolve) => {
      const stop = stack.stepFunctions.onEvent((arn, { type, details }) => {
        if (!arn.endsWith(`:${name}`) || type !== "TaskScheduled") return;
        stop();
        resolve(JSON.parse(String(details?.parameters)).Payload);
      });
    });
    const { executionArn = "" } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input, traceHeader: "Root=1" }),
    );
    return { executionArn, taskToken: await token };
  };
  return { stack, sfn, stateMachineArn, start };
}

describe("an execution, by the client,", () => {
  test("waits for its token, beats, succeeds and tells its history page by page", async () => {
    const { stack, sfn, start } = await useWaiting();
    const { executionArn, taskToken } = await start("one", '{"n":1}');

    await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"ok":true}' }));
    await stack.stepFunctions.completion(executionArn);

    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: "SUCCEEDED",
      input: '{"n":1}',
      output: '{"ok":true}',
      traceHeader: "Root=1",
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
    const types: (string | undefined)[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: sfn, pageSize: 3 }, { executionArn })) {
      types.push(...events.map(({ type }) => type));
    }
    expect(types).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("fails by its token, and shows error and cause", async () => {
    const { stack, sfn, start } = await useWaiting();
    const { executionArn, taskToken } = await start("one");

    await sfn.send(new SendTaskFailureCommand({ taskToken, error: "Refused", cause: "too dear" }));
    await stack.stepFunctions.completion(executionArn);

    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: "FAILED",
      error: "Refused",
      cause: "too dear",
      redriveStatus: "REDRIVABLE",
    });
    await expect(sfn.send(new SendTaskHeartbeatCommand({ taskToken }))).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  test("is the same for the same name and input while it runs, and stopped once", async () => {
    const { sfn, stateMachineArn, start } = await useWaiting();
    const { executionArn } = await start("one", '{"n":1}');
    const again = (input: string) => sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one", input }));

    expect((await again('{"n":1}')).executionArn).toBe(executionArn);
    await expect(again('{"n":2}')).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
      message: `Execution Already Exists: '${executionArn}'`,
      $metadata: { httpStatusCode: 400 },
    });
    const first = await sfn.send(new StopExecutionCommand({ executionArn, error: "Enough", cause: "said so" }));
    const second = await sfn.send(new StopExecutionCommand({ executionArn }));
    expect(second.stopDate).toEqual(first.stopDate);
    await expect(again('{"n":1}')).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
  });

  test("is listed by its status", async () => {
    const { sfn, stateMachineArn, start } = await useWaiting();
    await start("one");
    const { executionArn } = await start("two");
    await sfn.send(new StopExecutionCommand({ executionArn }));

    const names = async (statusFilter: "RUNNING" | "ABORTED") => {
      const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter }));
      return executions?.map(({ name }) => name);
    };

    expect([await names("RUNNING"), await names("ABORTED")]).toEqual([["one"], ["two"]]);
    const pending = new ListExecutionsCommand({ stateMachineArn, statusFilter: "PENDING_REDRIVE" });
    await expect(sfn.send(pending)).rejects.toMatchObject({ name: "ValidationException" });
  });
});
