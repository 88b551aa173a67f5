import { describe, expect, test } from "vitest";
import { embedded } from "../fixtures/embedded.js";
import type { ExecutionEnd } from "./ends.js";

const WORK = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "work" },
  End: true,
};

const ASK = { ...WORK, Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", TimeoutSeconds: 60 };

function useEnds(options: Parameters<typeof embedded>[1] = {}) {
  const ends: ExecutionEnd[] = [];
  const outcomes: unknown[] = [new Error("for now"), "done"];
  const work = () => {
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const made = embedded({ work }, options);
  const stop = made.service.onEnd(async (end) => void ends.push(end));
  return { ...made, ends, stop };
}

describe("the end of an execution", () => {
  test("is told as EventBridge tells it, each of a redriven execution with its own time", async () => {
    const { service, deploy, ends, stop } = useEnds({ start: "2030-01-01T00:00:00.250Z" });
    const stateMachineArn = await deploy("Orders", { Rest: { Type: "Wait", Seconds: 5, Next: "Work" }, Work: WORK });

    const { executionArn } = await service.startExecution({ stateMachineArn, name: "one", input: '{"n":1}' });
    await service.completion(executionArn);
    await service.redriveExecution({ executionArn });
    await service.completion(executionArn);
    stop();
    const other = await service.startExecution({ stateMachineArn, name: "two" });
    await service.completion(other.executionArn);

    const detail = {
      executionArn,
      stateMachineArn,
      name: "one",
      startDate: Date.UTC(2030, 0, 1, 0, 0, 0, 250),
      input: '{"n":1}',
      inputDetails: { included: true },
    };
    expect(ends).toHaveLength(2);
    expect(ends[0]).toMatchObject({
      version: "0",
      "detail-type": "Step Functions Execution Status Change",
      source: "aws.states",
      account: "123456789012",
      region: "us-east-1",
      time: "2030-01-01T00:00:05Z",
      resources: [executionArn],
      detail: {
        ...detail,
        status: "FAILED",
        stopDate: Date.UTC(2030, 0, 1, 0, 0, 5, 250),
        output: null,
        outputDetails: null,
        error: "Error",
        redriveCount: 0,
        redriveDate: null,
      },
    });
    expect(ends[1]?.detail).toMatchObject({ ...detail, status: "SUCCEEDED", error: null, redriveCount: 1 });
    expect(ends[1]?.detail.output).toContain("done");
  });

  test("can be described, with its whole history, by whoever hears of it", async () => {
    const { service, deploy } = embedded({ work: () => new Promise(() => {}) });
    const heard: unknown[] = [];
    service.onEnd(async ({ detail: { executionArn } }) => {
      const { status } = await service.describeExecution({ executionArn });
      const { events } = await service.getExecutionHistory({ executionArn, reverseOrder: true });
      heard.push(status, events[0]?.type);
    });
    const stateMachineArn = await deploy("Orders", { Ask: ASK });

    await service.startExecution({ stateMachineArn });
    await service.close();

    expect(heard).toEqual(["ABORTED", "ExecutionAborted"]);
  });

  test("is told by whoever fails on it to those who are warned, and to the others all the same", async () => {
    const warnings: string[] = [];
    const { service, run, ends } = useEnds({ warn: (message) => warnings.push(message) });
    service.onEnd(async () => {
      throw new Error("no ear");
    });

    const { executionArn } = await run({ Work: WORK });
    await service.close();

    expect(warnings).toEqual([`Who listens to ends failed on that of ${executionArn}: no ear`]);
    expect(ends).toHaveLength(1);
  });

  test("of an Express execution is told to nobody", async () => {
    const { service, ends } = useEnds();
    const definition = JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } });
    const { stateMachineArn } = await service.createStateMachine({ name: "Quick", definition, type: "EXPRESS" });

    const { executionArn } = await service.startExecution({ stateMachineArn });
    await service.completion(executionArn);

    expect(ends).toEqual([]);
  });
});
