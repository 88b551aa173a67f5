import { describe, expect, test } from "vitest";
import { context, machineOf, resolveWith, TASK, virtualClock } from "./fixtures/run-machine.js";
import {
  compile,
  ExecutionStopped,
  execute,
  type HistoryEvent,
  type Json,
  StateFailure,
  type TaskRunner,
} from "./index.js";

const task = (fields: object) => ({ Type: "Task", Resource: TASK, ...fields });

/** Runs a machine, and redrives it as often as there are further runners. Each hears what its tasks are given. */
async function redriven(definition: unknown, ...runners: readonly TaskRunner[]) {
  const events: HistoryEvent[] = [];
  const clock = virtualClock();
  const outcomes = [];
  const calls: Json[][] = [];
  for (const [redriveCount, runner] of runners.entries()) {
    const heard: Json[] = [];
    calls.push(heard);
    const run: TaskRunner = (request) => {
      heard.push(request.arguments);
      return runner(request);
    };
    const resume = redriveCount === 0 ? undefined : [...events];
    outcomes.push(
      await execute(compile(definition, resolveWith(run)), {
        input: { order: 17 },
        context: { ...context, Execution: { ...context.Execution, RedriveCount: redriveCount } },
        clock,
        onEvent: (event) => events.push(event),
        ...(resume && { resume }),
      }),
    );
  }
  return { outcomes, calls, events, types: events.map(({ type }) => type) };
}

const fail: TaskRunner = async () => {
  throw new StateFailure("Broken", "for now");
};
const echo: TaskRunner = async ({ arguments: args }) => args;

describe("an execution that is redriven", () => {
  test("goes on at the state that failed, with that state's input and the variables so far", async () => {
    const definition = machineOf({
      First: { Type: "Pass", Assign: { vat: 19 }, Output: { total: 100 }, Next: "Second" },
      Second: task({ Arguments: { total: "{% $states.input.total %}", vat: "{% $vat %}" }, Next: "Third" }),
      Third: { Type: "Pass", Output: "{% $states.input.total + $vat %}", End: true },
    });

    const { outcomes, calls, events } = await redriven(definition, fail, echo);

    expect(outcomes).toEqual([
      { status: "FAILED", error: "Broken", cause: "for now" },
      { status: "SUCCEEDED", output: 119 },
    ]);
    expect(calls[1]).toEqual([{ total: 100, vat: 19 }]);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.slice(7).map(({ type }) => type)).toEqual([
      "ExecutionFailed",
      "ExecutionRedriven",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("gives the state all its retries again", async () => {
    const definition = machineOf({
      Work: task({ Retry: [{ ErrorEquals: ["Broken"], MaxAttempts: 2 }], End: true }),
    });

    const { calls, outcomes } = await redriven(definition, fail, fail);

    expect(calls.map((heard) => heard.length)).toEqual([3, 3]);
    expect(outcomes[1]?.status).toBe("FAILED");
  });

  test("repeats only the branches of a Parallel that had not succeeded", async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task({ Arguments: name, End: true }) } });
    const definition = machineOf({
      Both: { Type: "Parallel", Branches: [branch("left"), branch("right")], End: true },
    });

    const { outcomes, calls, types } = await redriven(
      definition,
      async (request) => (request.arguments === "left" ? "left is done" : fail(request)),
      async () => "right is done",
    );

    expect(calls[1]).toEqual(["right"]);
    expect(outcomes[1]).toEqual({ status: "SUCCEEDED", output: ["left is done", "right is done"] });
    expect(types.filter((type) => type === "ParallelStateStarted")).toHaveLength(1);
  });

  test("repeats only the iterations of a Map that had not succeeded, as often as it is redriven", async () => {
    const definition = machineOf({
      Each: {
        Type: "Map",
        Items: [0, 1, 2],
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: "Work", States: { Work: task({ End: true }) } },
        End: true,
      },
    });
    const upTo =
      (last: number): TaskRunner =>
      async (request) =>
        Number(request.arguments) <= last ? Number(request.arguments) * 10 : fail(request);

    const { outcomes, calls } = await redriven(definition, upTo(0), upTo(1), upTo(2));

    expect(calls).toEqual([[0, 1], [1, 2], [2]]);
    expect(outcomes[2]).toEqual({ status: "SUCCEEDED", output: [0, 10, 20] });
  });

  test("goes into a Parallel inside of a Map", async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: task({ Arguments: `{% '${name}' & $states.input %}`, End: true }) },
    });
    const definition = machineOf({
      Each: {
        Type: "Map",
        Items: [1, 2],
        MaxConcurrency: 1,
        ItemProcessor: {
          StartAt: "Both",
          States: { Both: { Type: "Parallel", Branches: [branch("a"), branch("b")], End: true } },
        },
        End: true,
      },
    });

    const { outcomes, calls } = await redriven(
      definition,
      async (request) => (request.arguments === "b2" ? fail(request) : request.arguments),
      echo,
    );

    expect(calls[1]).toEqual(["b2"]);
    expect(outcomes[1]).toEqual({
      status: "SUCCEEDED",
      output: [
        ["a1", "b1"],
        ["a2", "b2"],
      ],
    });
  });

  test("starts a Parallel anew whose Retry had begun it anew", async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task({ Arguments: name, End: true }) } });
    const definition = machineOf({
      Both: {
        Type: "Parallel",
        Branches: [branch("left"), branch("right")],
        Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }],
        End: true,
      },
    });
    let lefts = 0;

    const { outcomes, calls } = await redriven(
      definition,
      async (request) => (request.arguments === "left" && ++lefts === 1 ? "left is done" : fail(request)),
      echo,
    );

    expect(calls[1]).toEqual(["left", "right"]);
    expect(outcomes[1]).toEqual({ status: "SUCCEEDED", output: ["left", "right"] });
  });

  test("waits only for the rest of a Wait", async () => {
    const definition = machineOf({ Pause: { Type: "Wait", Seconds: 60, Next: "After" }, After: { Type: "Succeed" } });
    const events: HistoryEvent[] = [];
    const clock = virtualClock();
    const machine = compile(definition, resolveWith(echo));
    const stop = new AbortController();
    const sleep: typeof clock.sleep = async () => {
      clock.advance(45_000);
      stop.abort(new ExecutionStopped());
      throw stop.signal.reason;
    };
    const onEvent = (event: HistoryEvent) => events.push(event);
    await execute(machine, { input: {}, context, clock: { ...clock, sleep }, signal: stop.signal, onEvent });

    const outcome = await execute(machine, { input: {}, context, clock, resume: [...events], onEvent });

    expect(outcome.status).toBe("SUCCEEDED");
    expect(clock.slept).toEqual([15_000]);
  });

  test("goes on between two states where it was stopped there", async () => {
    const definition = machineOf({ First: { Type: "Pass", Output: 1, Next: "Second" }, Second: { Type: "Succeed" } });
    const machine = compile(definition, resolveWith(echo));
    const events: HistoryEvent[] = [];
    await execute(machine, { input: {}, context, onEvent: (event) => events.push(event) });
    const killed = events.slice(0, 3);
    const after: string[] = [];

    const outcome = await execute(machine, {
      input: {},
      context,
      resume: killed,
      onEvent: ({ type }) => after.push(type),
    });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: 1 });
    expect(after).toEqual(["ExecutionRedriven", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"]);
  });

  test("that was stopped before its first state starts there", async () => {
    const machine = compile(machineOf({ Only: { Type: "Succeed" } }), resolveWith(echo));
    const events: HistoryEvent[] = [];
    await execute(machine, { input: 7, context, onEvent: (event) => events.push(event) });

    const outcome = await execute(machine, { input: 7, context, resume: events.slice(0, 1) });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: 7 });
  });
});
