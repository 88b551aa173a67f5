import { describe, expect, test } from "vitest";
import { context, FUNCTION, machineOf, runMachine, TASK, TOKEN_TASK, virtualClock } from "../fixtures/run-machine.js";
import { compile, execute, type HistoryEvent, StateFailure, type TaskRunner } from "../index.js";

const hang: TaskRunner = () => new Promise(() => {});

const failing =
  (error: string): TaskRunner =>
  async () => {
    throw new StateFailure(error, "because");
  };

describe("a Task", () => {
  test("hands its evaluated arguments to the resource and its result to Output and Assign", async () => {
    const { outcome } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TASK,
          Arguments: { a: "{% $states.input.n + 1 %}", list: ["{% $states.context.State.Name %}", "plain"] },
          Assign: { seen: "{% $states.result.a %}" },
          Output: { result: "{% $states.result %}", input: "{% $states.input %}" },
          Next: "Show",
        },
        Show: { Type: "Pass", Output: "{% $merge([$states.input, { 'seen': $seen }]) %}", End: true },
      },
      { input: { n: 1 } },
    );

    expect(outcome).toEqual({
      status: "SUCCEEDED",
      output: { result: { a: 2, list: ["Work", "plain"] }, input: { n: 1 }, seen: 2 },
    });
  });

  test("gets the state's input without Arguments and returns the result without Output", async () => {
    const { outcome } = await runMachine({ Work: { Type: "Task", Resource: TASK, End: true } }, { input: [1, 2] });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: [1, 2] });
  });

  test("leaves AWS's events with ids that follow one another", async () => {
    const { events } = await runMachine({
      Work: { Type: "Task", Resource: TASK, Arguments: { a: 1 }, TimeoutSeconds: 5, End: true },
    });

    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, "ExecutionStarted"],
      [2, 0, "TaskStateEntered"],
      [3, 2, "TaskScheduled"],
      [4, 3, "TaskStarted"],
      [5, 4, "TaskSucceeded"],
      [6, 5, "TaskStateExited"],
      [7, 6, "ExecutionSucceeded"],
    ]);
    expect(events[2]?.details).toEqual({
      resourceType: "lambda",
      resource: "invoke",
      region: "us-east-1",
      parameters: '{"a":1}',
      timeoutInSeconds: 5,
    });
  });

  test("leaves LambdaFunction events for a function's own ARN", async () => {
    const { types, events } = await runMachine({ Work: { Type: "Task", Resource: FUNCTION, End: true } });

    expect(types.slice(2, 5)).toEqual(["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]);
    expect(events[2]?.details).toMatchObject({ resource: FUNCTION, input: "{}" });
  });

  test("fails with States.Timeout after its evaluated TimeoutSeconds and aborts the work", async () => {
    const clock = virtualClock();
    let signal: AbortSignal | undefined;
    const task: TaskRunner = (request) => {
      signal = request.signal;
      queueMicrotask(() => clock.advance(7_000));
      return hang(request);
    };

    const { outcome, types } = await runMachine(
      { Work: { Type: "Task", Resource: TASK, TimeoutSeconds: "{% $states.input.limit %}", End: true } },
      { input: { limit: 7 }, task, clock },
    );

    expect(outcome).toEqual({ status: "FAILED", error: "States.Timeout" });
    expect(types).toContain("TaskTimedOut");
    expect(signal?.aborted).toBe(true);
  });

  test("keeps going while heartbeats arrive, then fails and is caught as States.HeartbeatTimeout", async () => {
    const clock = virtualClock();
    let beats = 0;
    const task: TaskRunner = async (request) => {
      for (; beats < 3; beats++) {
        await Promise.resolve();
        clock.advance(900);
        request.heartbeat();
      }
      queueMicrotask(() => clock.advance(1_000));
      return hang(request);
    };

    const { outcome } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TOKEN_TASK,
          HeartbeatSeconds: 1,
          Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "Late" }],
          End: true,
        },
        Late: { Type: "Pass", Output: "{% $states.input.Error %}", End: true },
      },
      { task, clock },
    );

    expect(beats).toBe(3);
    expect(outcome).toEqual({ status: "SUCCEEDED", output: "States.Timeout" });
  });

  test("sees its task token in Arguments", async () => {
    const { outcome } = await runMachine(
      { Work: { Type: "Task", Resource: TOKEN_TASK, Arguments: "{% $states.context.Task.Token %}", End: true } },
      { newTaskToken: () => "the-token" },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: "the-token" });
  });

  test("whose result is too large fails with AWS's words, and States.ALL catches it", async () => {
    const { outcome } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: FUNCTION,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Large" }],
          End: true,
        },
        Large: { Type: "Pass", End: true },
      },
      { task: async () => "é".repeat(131_072) },
    );

    expect(outcome).toEqual({
      status: "SUCCEEDED",
      output: {
        Error: "States.DataLimitExceeded",
        Cause: `The state/task '${FUNCTION}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      },
    });
  });
});

describe("Retry", () => {
  const retried = (retry: Record<string, unknown>) => ({
    Work: { Type: "Task", Resource: TASK, Retry: [{ ErrorEquals: ["Busy"], ...retry }], End: true },
  });

  test("waits 1, 2 and 4 seconds by default, then gives up", async () => {
    const { outcome, slept } = await runMachine(retried({}), { task: failing("Busy") });

    expect(slept).toEqual([1_000, 2_000, 4_000]);
    expect(outcome).toEqual({ status: "FAILED", error: "Busy", cause: "because" });
  });

  test("bounds the wait by MaxDelaySeconds and draws it under FULL jitter", async () => {
    const bounded = { IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10 };

    const plain = await runMachine(retried(bounded), { task: failing("Busy") });
    const drawn = await runMachine(retried({ ...bounded, JitterStrategy: "FULL" }), {
      task: failing("Busy"),
      random: () => 0.5,
    });

    expect(plain.slept).toEqual([2_000, 6_000, 10_000]);
    expect(drawn.slept).toEqual([1_000, 3_000, 5_000]);
  });

  test("leaves other errors alone", async () => {
    const { outcome, slept } = await runMachine(retried({}), { task: failing("Broken") });

    expect(slept).toEqual([]);
    expect(outcome).toMatchObject({ error: "Broken" });
  });

  test("never happens with MaxAttempts 0, which takes the error from later retriers", async () => {
    const { slept } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TASK,
          Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }],
          End: true,
        },
      },
      { task: failing("Busy") },
    );

    expect(slept).toEqual([]);
  });

  test("evaluates Arguments again, with the retry count in the context", async () => {
    const seen: unknown[] = [];
    await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TASK,
          Arguments: "{% $states.context.State.RetryCount %}",
          Retry: [{ ErrorEquals: ["States.TaskFailed"] }],
          End: true,
        },
      },
      {
        task: async ({ arguments: args }) => {
          seen.push(args);
          if (seen.length < 3) throw new StateFailure("Busy", undefined);
          return null;
        },
      },
    );

    expect(seen).toEqual([0, 1, 2]);
  });

  test("starts counting anew each time the state is entered", async () => {
    let attempts = 0;
    const { outcome } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TASK,
          Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
          Assign: { turn: "{% $exists($turn) ? $turn + 1 : 1 %}" },
          Next: "Again",
        },
        Again: { Type: "Choice", Choices: [{ Condition: "{% $turn < 3 %}", Next: "Work" }], Default: "Done" },
        Done: { Type: "Succeed" },
      },
      {
        task: async () => {
          attempts += 1;
          if (attempts % 2 === 1) throw new StateFailure("Busy", undefined);
          return null;
        },
      },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: null });
    expect(attempts).toBe(6);
  });

  test("States.TaskFailed does not cover a timeout", async () => {
    const { slept } = await runMachine(
      {
        Work: { Type: "Task", Resource: TASK, Retry: [{ ErrorEquals: ["States.TaskFailed"] }], End: true },
      },
      { task: failing("States.Timeout") },
    );

    expect(slept).toEqual([]);
  });
});

describe("Catch", () => {
  test("takes error and cause to its state, through its own Assign and Output", async () => {
    const { outcome } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TASK,
          Catch: [
            {
              ErrorEquals: ["Broken"],
              Assign: { why: "{% $states.errorOutput.Cause %}" },
              Output: { was: "{% $states.errorOutput.Error %}", input: "{% $states.input %}" },
              Next: "Handle",
            },
          ],
          End: true,
        },
        Handle: { Type: "Pass", Output: "{% $merge([$states.input, { 'why': $why }]) %}", End: true },
      },
      { input: 5, task: failing("Broken") },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: { was: "Broken", input: 5, why: "because" } });
  });

  test("comes after the retries", async () => {
    const { outcome, slept, types } = await runMachine(
      {
        Work: {
          Type: "Task",
          Resource: TASK,
          Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Handle" }],
          End: true,
        },
        Handle: { Type: "Pass", End: true },
      },
      { task: failing("Busy") },
    );

    expect(slept).toEqual([1_000]);
    expect(outcome).toEqual({ status: "SUCCEEDED", output: { Error: "Busy", Cause: "because" } });
    expect(types.filter((type) => type === "TaskFailed")).toHaveLength(2);
  });

  test("sees a failed expression, which history shows at its field", async () => {
    const { outcome, events } = await runMachine({
      Work: {
        Type: "Task",
        Resource: TASK,
        Output: { a: "{% $states.result.missing %}" },
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Handle" }],
        End: true,
      },
      Handle: { Type: "Pass", Output: "{% $states.input.Cause %}", End: true },
    });

    const cause =
      "An error occurred while executing the state 'Work' (entered at the event id #2). The JSONata expression " +
      "'$states.result.missing' specified for the field 'Output/a' returned nothing (undefined).";
    expect(outcome).toEqual({ status: "SUCCEEDED", output: cause });
    expect(events.find(({ type }) => type === "EvaluationFailed")?.details).toEqual({
      error: "States.QueryEvaluationError",
      cause,
      location: "Output/a",
      state: "Work",
    });
  });
});

describe("an activity", () => {
  const ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review";
  const activityMachine = (run: TaskRunner) =>
    compile(machineOf({ Review: { Type: "Task", Resource: ACTIVITY, TimeoutSeconds: 10, End: true } }), () => ({
      resourceType: "activity",
      resource: ACTIVITY,
      events: "Activity",
      waitsForTaskToken: true,
      run,
    }));

  test("leaves events of its own, and its time counts from when a worker takes it", async () => {
    const clock = virtualClock();
    const events: HistoryEvent[] = [];
    const machine = activityMachine(async ({ taken }) => {
      clock.advance(60_000);
      taken("worker-1");
      clock.advance(9_000);
      return "reviewed";
    });

    await execute(machine, { input: 7, context, clock, onEvent: (event) => events.push(event) });

    expect(events.slice(2, 5).map(({ type, details }) => [type, details])).toEqual([
      [
        "ActivityScheduled",
        { resource: ACTIVITY, input: "7", inputDetails: { truncated: false }, timeoutInSeconds: 10 },
      ],
      ["ActivityStarted", { workerName: "worker-1" }],
      ["ActivitySucceeded", { output: '"reviewed"', outputDetails: { truncated: false } }],
    ]);
  });

  test("that its worker does not finish in time has timed out", async () => {
    const clock = virtualClock();
    const types: string[] = [];
    const machine = activityMachine(async ({ taken }) => {
      taken(undefined);
      clock.advance(10_000);
      return new Promise(() => {});
    });

    const outcome = await execute(machine, { input: 7, context, clock, onEvent: ({ type }) => types.push(type) });

    expect(outcome).toEqual({ status: "FAILED", error: "States.Timeout" });
    expect(types.slice(2, 5)).toEqual(["ActivityScheduled", "ActivityStarted", "ActivityTimedOut"]);
  });
});
