import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListActivitiesCommand,
  ListTagsForResourceCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { embedded, nextEvent } from "../fixtures/embedded.js";
import { definitionOf, useClient } from "../fixtures/use-client.js";

const reviewBy = (activityArn: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  Review: { Type: "Task", Resource: activityArn, ...fields, End: true },
});

async function useActivity(fields: Readonly<Record<string, unknown>> = {}) {
  const { stack, sfn, roleArn } = await useClient();
  const { activityArn = "" } = await sfn.send(new CreateActivityCommand({ name: "review" }));
  const definition = definitionOf(reviewBy(activityArn, fields));
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: "Orders", definition, roleArn }));
  const start = async () => {
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }));
    return executionArn;
  };
  return { stack, sfn, activityArn, start };
}

test("activities are created once, described, listed, tagged and deleted", async () => {
  const { sfn, activityArn } = await useActivity();

  const again = await sfn.send(new CreateActivityCommand({ name: "review", tags: [{ key: "late", value: "yes" }] }));
  await sfn.send(new CreateActivityCommand({ name: "approve", tags: [{ key: "team", value: "orders" }] }));
  const described = await sfn.send(new DescribeActivityCommand({ activityArn }));
  const first = await sfn.send(new ListActivitiesCommand({ maxResults: 1 }));
  const second = await sfn.send(new ListActivitiesCommand({ maxResults: 1, nextToken: first.nextToken }));

  expect(again.activityArn).toBe("arn:aws:states:us-east-1:000000000000:activity:review");
  expect(described).toMatchObject({ activityArn, name: "review", creationDate: again.creationDate });
  expect([first, second].map(({ activities = [] }) => activities.map(({ name }) => name))).toEqual([
    ["review"],
    ["approve"],
  ]);
  const tagsOf = async (resourceArn = "") =>
    (await sfn.send(new ListTagsForResourceCommand({ resourceArn }))).tags?.map(({ key }) => key);
  expect([await tagsOf(activityArn), await tagsOf(second.activities?.[0]?.activityArn)]).toEqual([[], ["team"]]);
  await sfn.send(new DeleteActivityCommand({ activityArn }));
  await expect(sfn.send(new DescribeActivityCommand({ activityArn }))).rejects.toMatchObject({
    name: "ActivityDoesNotExist",
  });
});

describe("a worker", () => {
  test("fetches a task, beats its heart and ends it", async () => {
    const { stack, sfn, activityArn, start } = await useActivity();
    const poll = sfn.send(new GetActivityTaskCommand({ activityArn, workerName: "worker-1" }));
    const executionArn = await start();

    const { taskToken, input } = await poll;
    await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"fine"' }));

    expect(input).toBe('{"n":1}');
    expect(await stack.stepFunctions.completion(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '"fine"' });
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.slice(2, 5)).toMatchObject([
      { type: "ActivityScheduled", activityScheduledEventDetails: { resource: activityArn, input: '{"n":1}' } },
      { type: "ActivityStarted", activityStartedEventDetails: { workerName: "worker-1" } },
      { type: "ActivitySucceeded", activitySucceededEventDetails: { output: '"fine"' } },
    ]);
  });

  test("that comes later finds the task in line, each task once", async () => {
    const { stack, sfn, activityArn, start } = await useActivity();
    const executions = [await start(), await start()];
    const poll = () => sfn.send(new GetActivityTaskCommand({ activityArn }));

    const tasks = await Promise.all([poll(), poll()]);
    for (const { taskToken } of tasks) {
      await sfn.send(new SendTaskFailureCommand({ taskToken, error: "Bad", cause: "no good" }));
    }

    expect(new Set(tasks.map(({ taskToken }) => taskToken)).size).toBe(2);
    for (const executionArn of executions) {
      expect(await stack.stepFunctions.completion(executionArn)).toMatchObject({ error: "Bad", cause: "no good" });
    }
  });
});

describe("a poll", () => {
  const ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review";

  test("without a task ends after sixty seconds", async () => {
    const { service, clock } = embedded();
    await service.createActivity({ name: "review" });
    const poll = service.getActivityTask({ activityArn: ACTIVITY });

    clock.advance(60_000);

    expect(await poll).toEqual({ taskToken: null });
  });

  test("that its worker has left takes no task", async () => {
    const { service, deploy } = embedded();
    await service.createActivity({ name: "review" });
    const stateMachineArn = await deploy("Orders", reviewBy(ACTIVITY));
    const gone = new AbortController();
    const left = service.getActivityTask({ activityArn: ACTIVITY, signal: gone.signal });
    gone.abort();
    const { executionArn } = await service.startExecution({ stateMachineArn, input: "1" });

    const { taskToken } = await service.getActivityTask({ activityArn: ACTIVITY });

    expect(await left).toEqual({ taskToken: null });
    await service.sendTaskSuccess({ taskToken: taskToken ?? "", output: "2" });
    expect(await service.completion(executionArn)).toMatchObject({ output: "2" });
  });

  test("passes over a task that has ended in line", async () => {
    const { service, clock, deploy } = embedded();
    await service.createActivity({ name: "review" });
    const stateMachineArn = await deploy("Orders", reviewBy(ACTIVITY));
    const scheduled = nextEvent(service, "ActivityScheduled");
    const { executionArn } = await service.startExecution({ stateMachineArn });
    await scheduled;
    await service.stopExecution({ executionArn });
    const poll = service.getActivityTask({ activityArn: ACTIVITY });

    clock.advance(60_000);

    expect(await poll).toEqual({ taskToken: null });
  });

  test("of an activity that is not there is refused, as is its task", async () => {
    const { service, run } = embedded();

    await expect(service.getActivityTask({ activityArn: ACTIVITY })).rejects.toMatchObject({
      name: "ActivityDoesNotExist",
    });
    expect(await run(reviewBy(ACTIVITY))).toMatchObject({ status: "FAILED", error: "ActivityDoesNotExist" });
  });
});

test("a worker that misses its heartbeat is too late", async () => {
  const { service, clock, deploy } = embedded();
  const { activityArn } = await service.createActivity({ name: "review" });
  const stateMachineArn = await deploy("Orders", reviewBy(activityArn, { HeartbeatSeconds: 10 }));
  const poll = service.getActivityTask({ activityArn });
  const { executionArn } = await service.startExecution({ stateMachineArn });
  const { taskToken } = await poll;
  clock.advance(9_000);
  await service.sendTaskHeartbeat({ taskToken: taskToken ?? "" });
  clock.advance(9_000);
  await service.sendTaskHeartbeat({ taskToken: taskToken ?? "" });

  clock.advance(10_000);

  expect(await service.completion(executionArn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  await expect(service.sendTaskHeartbeat({ taskToken: taskToken ?? "" })).rejects.toMatchObject({
    name: "TaskTimedOut",
  });
});
