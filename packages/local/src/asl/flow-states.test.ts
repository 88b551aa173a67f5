import { describe, expect, test } from "vitest";
import { runMachine, TASK, virtualClock } from "./fixtures/run-machine.js";
import { StateFailure } from "./index.js";

const pass = (fields: Record<string, unknown> = {}) => ({ Type: "Pass", End: true, ...fields });

describe("Pass", () => {
  test("hands its input on unless Output says otherwise", async () => {
    expect((await runMachine({ A: pass() }, { input: [1] })).outcome).toEqual({ status: "SUCCEEDED", output: [1] });
    expect((await runMachine({ A: pass({ Output: { a: "{% 1 + 1 %}" } }) })).outcome).toMatchObject({
      output: { a: 2 },
    });
  });

  test("assigns in parallel: neither Assign nor Output sees what the state assigns", async () => {
    const { outcome, events } = await runMachine({
      Start: { Type: "Pass", Assign: { a: 1, b: 2 }, Next: "Swap" },
      Swap: {
        Type: "Pass",
        Assign: { a: "{% $b %}", b: "{% $a %}" },
        Output: "{% [$a, $b] %}",
        Next: "Show",
      },
      Show: pass({ Output: "{% [$states.input, $a, $b] %}" }),
    });

    expect(outcome).toMatchObject({ output: [1, 2, 2, 1] });
    expect(events[4]?.details).toMatchObject({ name: "Swap", assignedVariables: { a: "2", b: "1" } });
  });
});

describe("Choice", () => {
  const choice = (rest: Record<string, unknown> = {}) => ({
    Pick: {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.n > 10 %}", Next: "End", Output: "big", Assign: { size: "big" } },
        { Condition: "{% $states.input.n > 5 %}", Next: "End", Output: "medium", Assign: { size: "medium" } },
      ],
      Output: "small",
      ...rest,
    },
    End: pass({ Output: "{% $states.input & ($exists($size) ? '!' : '?') %}" }),
  });

  test.each([
    [11, "big!"],
    [6, "medium!"],
    [1, "small?"],
  ])("takes the first rule that holds for %j, with its own Assign and Output", async (n, output) => {
    const { outcome } = await runMachine(choice({ Default: "End" }), { input: { n } });

    expect(outcome).toEqual({ status: "SUCCEEDED", output });
  });

  test("fails with States.NoChoiceMatched where nothing holds and there is no Default", async () => {
    const { outcome } = await runMachine(choice(), { input: { n: 1 } });

    expect(outcome).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched" });
  });

  test("demands a boolean of its Condition", async () => {
    const { outcome } = await runMachine({
      Pick: { Type: "Choice", Choices: [{ Condition: "{% 1 %}", Next: "End" }], Default: "End" },
      End: pass(),
    });

    expect(outcome).toEqual({
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause:
        "An error occurred while executing the state 'Pick' (entered at the event id #2). The JSONata expression '1' " +
        "specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
    });
  });
});

describe("Wait", () => {
  test.each([
    [{ Seconds: 3 }, 3_000],
    [{ Seconds: "{% $states.input.s %}" }, 7_000],
    [{ Timestamp: "2026-01-01T00:01:00Z" }, 60_000],
    [{ Timestamp: "{% $states.input.until %}" }, 5_000],
    [{ Timestamp: "2020-01-01T00:00:00Z" }, 0],
  ])("%j waits %d ms", async (fields, ms) => {
    const input = { s: 7, until: "2026-01-01T01:00:05+01:00" };

    const { outcome, slept } = await runMachine({ Pause: { Type: "Wait", End: true, ...fields } }, { input });

    expect(slept).toEqual([ms]);
    expect(outcome).toEqual({ status: "SUCCEEDED", output: input });
  });

  test.each([-1, 1.5, "1"])("fails for Seconds evaluated to %j", async (seconds) => {
    const { outcome } = await runMachine(
      { Pause: { Type: "Wait", Seconds: "{% $states.input %}", End: true } },
      { input: seconds },
    );

    expect(outcome).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  });
});

describe("Succeed and Fail", () => {
  test("Succeed ends with its Output", async () => {
    const { outcome } = await runMachine({ Done: { Type: "Succeed", Output: { ok: "{% $states.input %}" } } });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: { ok: {} } });
  });

  test("Fail ends with its Error and Cause, written or evaluated, or with neither", async () => {
    const evaluated = await runMachine(
      { No: { Type: "Fail", Error: "{% 'E' & $states.input %}", Cause: "plain" } },
      { input: 1 },
    );
    const bare = await runMachine({ No: { Type: "Fail" } });

    expect(evaluated.outcome).toEqual({ status: "FAILED", error: "E1", cause: "plain" });
    expect(bare.outcome).toEqual({ status: "FAILED" });
    expect(bare.types).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
  });
});

describe("Parallel", () => {
  const both = (left: Record<string, unknown>, right: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "Left", States: { Left: left } },
        { StartAt: "Right", States: { Right: right } },
      ],
      End: true,
      ...rest,
    },
  });

  test("gives each branch the same input and gathers the outputs in order", async () => {
    const { outcome, events } = await runMachine(
      both(pass({ Output: "{% $states.input + 1 %}" }), pass({ Output: "{% $states.input + 2 %}" }), {
        Arguments: "{% $states.input * 10 %}",
        Output: "{% $sum($states.result) %}",
      }),
      { input: 1 },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: 23 });
    const started = events.find(({ type }) => type === "ParallelStateStarted")?.id;
    const entered = events.filter(({ type }) => type === "PassStateEntered");
    expect(entered.map(({ previousEventId }) => previousEventId)).toEqual([started, started]);
    expect(events.find(({ type }) => type === "ParallelStateSucceeded")?.previousEventId).toBe(7);
  });

  test("lets branches read the variables outside and keep their own to themselves", async () => {
    const { outcome } = await runMachine({
      Start: { Type: "Pass", Assign: { outside: 1 }, Next: "Both" },
      ...both(
        { Type: "Pass", Assign: { mine: "{% $outside + 1 %}" }, Output: "{% $outside %}", End: true },
        pass({ Output: "{% $exists($mine) %}" }),
        { Output: "{% [$states.result, $exists($mine)] %}" },
      ),
    });

    expect(outcome).toMatchObject({ output: [1, false, false] });
  });

  test("stops the other branches when one fails, and catches its error", async () => {
    let aborted = false;
    const { outcome, types } = await runMachine(
      {
        ...both(
          { Type: "Task", Resource: TASK, Arguments: "fail", End: true },
          { Type: "Task", Resource: TASK, Arguments: "hang", End: true },
          { Catch: [{ ErrorEquals: ["Left"], Next: "After" }] },
        ),
        After: pass({ Output: "{% $states.input.Error %}" }),
      },
      {
        task: async ({ arguments: what, signal }) => {
          signal.addEventListener("abort", () => {
            aborted = what === "hang";
          });
          await new Promise((resolve) => setImmediate(resolve));
          if (what === "fail") throw new StateFailure("Left", undefined);
          return new Promise(() => {});
        },
      },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: "Left" });
    expect(aborted).toBe(true);
    expect(types).toContain("ParallelStateFailed");
  });

  test("is tried again as a whole", async () => {
    let calls = 0;
    const { outcome, slept } = await runMachine(
      both(pass(), { Type: "Task", Resource: TASK, End: true }, { Retry: [{ ErrorEquals: ["Busy"] }] }),
      {
        task: async () => {
          calls += 1;
          if (calls < 3) throw new StateFailure("Busy", undefined);
          return "done";
        },
      },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: [{}, "done"] });
    expect(slept).toEqual([1_000, 2_000]);
  });
});

describe("Map", () => {
  const map = (fields: Record<string, unknown>, state: Record<string, unknown> = pass()) => ({
    Each: { Type: "Map", ItemProcessor: { StartAt: "Item", States: { Item: state } }, End: true, ...fields },
  });

  test("runs its processor for each item, selected with index and value", async () => {
    const { outcome } = await runMachine(
      map({
        Items: "{% $states.input.list %}",
        ItemSelector: {
          index: "{% $states.context.Map.Item.Index %}",
          value: "{% $states.context.Map.Item.Value %}",
          all: "{% $count($states.input.list) %}",
        },
      }),
      { input: { list: ["a", "b"] } },
    );

    expect(outcome).toEqual({
      status: "SUCCEEDED",
      output: [
        { index: 0, value: "a", all: 2 },
        { index: 1, value: "b", all: 2 },
      ],
    });
  });

  test("leaves AWS's events, an iteration's behind the map's start", async () => {
    const { events } = await runMachine(map({ Items: [1] }));

    expect(events.slice(1, -1).map(({ id, previousEventId, type }) => `${id}<-${previousEventId} ${type}`)).toEqual([
      "2<-0 MapStateEntered",
      "3<-2 MapStateStarted",
      "4<-3 MapIterationStarted",
      "5<-4 PassStateEntered",
      "6<-5 PassStateExited",
      "7<-6 MapIterationSucceeded",
      "8<-7 MapStateSucceeded",
      "9<-8 MapStateExited",
    ]);
    expect(events[2]?.details).toEqual({ length: 1 });
    expect(events[3]?.details).toEqual({ name: "Each", index: 0 });
  });

  test.each([
    [2, 2],
    [0, 40],
    ["{% 3 %}", 3],
  ])("with MaxConcurrency %j runs %d iterations at once", async (maxConcurrency, expected) => {
    let running = 0;
    let most = 0;
    await runMachine(
      map({ Items: "{% [1..60] %}", MaxConcurrency: maxConcurrency }, { Type: "Task", Resource: TASK, End: true }),
      {
        task: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return null;
        },
      },
    );

    expect(most).toBe(expected);
  });

  test("fails with the first failing iteration and aborts the others", async () => {
    const { outcome, types } = await runMachine(
      map({ Items: [1, 2, 3] }, { Type: "Task", Resource: TASK, End: true }),
      {
        task: ({ arguments: item }) =>
          item === 2 ? Promise.reject(new StateFailure("Two", "is too much")) : new Promise(() => {}),
      },
    );

    expect(outcome).toEqual({ status: "FAILED", error: "Two", cause: "is too much" });
    expect(types.filter((type) => type.startsWith("MapIteration") && type !== "MapIterationStarted").sort()).toEqual([
      "MapIterationAborted",
      "MapIterationAborted",
      "MapIterationFailed",
    ]);
    expect(types.slice(-2)).toEqual(["MapStateFailed", "ExecutionFailed"]);
  });

  test("of no items is done at once", async () => {
    expect((await runMachine(map({ Items: [] }))).outcome).toEqual({ status: "SUCCEEDED", output: [] });
  });
});

test("waits inside a branch end when a sibling fails", async () => {
  const clock = virtualClock();
  const { outcome } = await runMachine(
    {
      Both: {
        Type: "Parallel",
        Branches: [
          { StartAt: "Long", States: { Long: { Type: "Wait", Seconds: 1_000, End: true } } },
          { StartAt: "No", States: { No: { Type: "Fail", Error: "Sooner" } } },
        ],
        End: true,
      },
    },
    {
      clock: {
        ...clock,
        sleep: (_ms, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      },
    },
  );

  expect(outcome).toEqual({ status: "FAILED", error: "Sooner" });
});
