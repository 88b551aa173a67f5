import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { context, machineOf, runDefinition, runMachine, TASK, virtualClock } from "./fixtures/run-machine.js";
import { compile, ExecutionStopped, execute, systemClock, withoutWaits } from "./index.js";

const pass = (fields: Record<string, unknown> = {}) => ({ Type: "Pass", End: true, ...fields });

describe("an execution", () => {
  test("shows its context object to every state", async () => {
    const { outcome } = await runMachine({ A: pass({ Output: "{% $states.context %}" }) });

    expect(outcome).toEqual({
      status: "SUCCEEDED",
      output: { ...context, State: { EnteredTime: "2026-01-01T00:00:00.000Z", Name: "A" } },
    });
  });

  test("times out after the machine's TimeoutSeconds, whatever it catches", async () => {
    const clock = virtualClock();
    const definition = machineOf(
      {
        Work: { Type: "Task", Resource: TASK, Catch: [{ ErrorEquals: ["States.ALL"], Next: "After" }], End: true },
        After: { Type: "Succeed" },
      },
      { TimeoutSeconds: 30 },
    );

    const { outcome, types } = await runDefinition(definition, {
      clock,
      task: () => {
        queueMicrotask(() => clock.advance(30_000));
        return new Promise(() => {});
      },
    });

    expect(outcome).toEqual({ status: "TIMED_OUT" });
    expect(types.at(-1)).toBe("ExecutionTimedOut");
  });

  test("is aborted with the error and cause it is stopped with, inside branches too", async () => {
    const stop = new AbortController();
    const { outcome, types } = await runMachine(
      {
        Both: {
          Type: "Parallel",
          Branches: [{ StartAt: "Work", States: { Work: { Type: "Task", Resource: TASK, End: true } } }],
          Retry: [{ ErrorEquals: ["States.ALL"] }],
          End: true,
        },
      },
      {
        signal: stop.signal,
        task: () => {
          queueMicrotask(() => stop.abort(new ExecutionStopped("Enough", "said so")));
          return new Promise(() => {});
        },
      },
    );

    expect(outcome).toEqual({ status: "ABORTED", error: "Enough", cause: "said so" });
    expect(types.slice(-2)).toEqual(["TaskStarted", "ExecutionAborted"]);
  });

  test("fails uncatchably where a state's output is over 262,144 bytes", async () => {
    const double = { Type: "Pass", Output: "{% $join([1..131073].('é')) %}" };
    const { outcome } = await runMachine({
      Grow: {
        Type: "Parallel",
        Branches: [{ StartAt: "Double", States: { Double: { ...double, End: true } } }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Never" }],
        End: true,
      },
      Never: { Type: "Succeed" },
    });

    expect(outcome).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });

  test("fails at its 25,000th event, as on AWS", async () => {
    const { outcome, events } = await runMachine({
      Loop: { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "End" }], Default: "Loop" },
      End: { Type: "Succeed" },
    });

    expect(outcome).toMatchObject({
      status: "FAILED",
      cause: "The execution reached the maximum number of history events (25000).",
    });
    expect(events.length).toBe(25_000);
    expect(events.at(-1)?.type).toBe("ExecutionFailed");
  });

  test("goes round a hundred thousand times without growing the stack", async () => {
    const definition = machineOf({
      Start: { Type: "Pass", Assign: { n: 0 }, Next: "Loop" },
      Loop: {
        Type: "Choice",
        Choices: [{ Condition: "{% $n < 100000 %}", Assign: { n: "{% $n + 1 %}" }, Next: "Loop" }],
        Default: "End",
      },
      End: { Type: "Succeed", Output: "{% $n %}" },
    });

    const outcome = await execute(
      compile(definition, () => undefined),
      { input: {}, context, maxEvents: Number.POSITIVE_INFINITY },
    );

    expect(outcome).toEqual({ status: "SUCCEEDED", output: 100_000 });
  });
});

describe("AWS's JSONata functions", () => {
  test.each<[string, unknown]>([
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$range(1, 9, 3)", [1, 4, 7]],
    ["$range(5, 1, -2)", [5, 3, 1]],
    ["$hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["$parse('{\"a\":[1]}')", { a: [1] }],
    ["$random()", 0.25],
    ["$random(7) = $random(7)", true],
    ["$length($uuid())", 36],
    ["$now()", "2026-01-01T00:00:00.000Z"],
    ["$millis()", 1_767_225_600_000],
  ])("%s", async (expression, output) => {
    const { outcome } = await runMachine({ A: pass({ Output: `{% ${expression} %}` }) }, { random: () => 0.25 });

    expect(outcome).toEqual({ status: "SUCCEEDED", output });
  });

  test.each(["$partition([1], 0)", "$range(1, 2, 0)", "$range(1, 5000, 1)", "$hash('a', 'CRC')", "$parse('{')"])(
    "%s is an evaluation error",
    async (expression) => {
      const { outcome } = await runMachine({ A: pass({ Output: `{% ${expression} %}` }) });

      expect(outcome).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
    },
  );

  test("a filtered list passed on stays a list of one", async () => {
    const { outcome } = await runMachine({
      A: { Type: "Pass", Assign: { some: "{% [[1, 2, 3][$ > 2]] %}" }, Next: "B" },
      B: pass({ Output: { some: "{% $some %}", count: "{% $count($some) %}" } }),
    });

    expect(outcome).toMatchObject({ output: { some: [3], count: 1 } });
  });
});

test("a machine that never rests can still be stopped by the rest of the process", async () => {
  const stop = new AbortController();
  const machine = compile(
    machineOf({
      Loop: { Type: "Choice", Choices: [{ Condition: false, Next: "End" }], Default: "Loop" },
      End: { Type: "Succeed" },
    }),
    () => undefined,
  );
  setImmediate(() => stop.abort(new ExecutionStopped("Enough")));

  const outcome = await execute(machine, {
    input: {},
    context,
    signal: stop.signal,
    maxEvents: Number.POSITIVE_INFINITY,
  });

  expect(outcome).toEqual({ status: "ABORTED", error: "Enough" });
});

test("a clock without waits skips a day at once", async () => {
  const machine = compile(machineOf({ Day: { Type: "Wait", Seconds: 86_400, End: true } }), () => undefined);

  const outcome = await execute(machine, { input: 1, context, clock: withoutWaits(systemClock) });

  expect(outcome).toEqual({ status: "SUCCEEDED", output: 1 });
});

// Machines that only go forward: each state leads to the next by its number.
const forwardMachine = (depth: number): fc.Arbitrary<Record<string, unknown>> =>
  fc.array(fc.nat(depth > 0 ? 2 : 1), { minLength: 1, maxLength: 5 }).chain((kinds) =>
    fc.tuple(...kinds.map((kind, index) => stateArbitrary(kind, index, kinds.length, depth))).map((states) => ({
      StartAt: "0",
      States: Object.fromEntries(states.map((state, index) => [String(index), state])),
    })),
  );

const transition = (index: number, count: number) =>
  index + 1 === count ? { End: true } : { Next: String(index + 1) };

function stateArbitrary(kind: number, index: number, count: number, depth: number): fc.Arbitrary<unknown> {
  if (kind === 2) {
    return fc
      .array(forwardMachine(depth - 1), { minLength: 1, maxLength: 3 })
      .map((Branches) => ({ Type: "Parallel", Branches, ...transition(index, count) }));
  }
  if (kind === 1 && index + 1 < count) {
    return fc.integer({ min: 0, max: 1 }).map((limit) => ({
      Type: "Choice",
      Choices: [{ Condition: `{% $random() < ${limit} / 2 %}`, Next: String(index + 1) }],
      Default: String(index + 1),
    }));
  }
  return fc.jsonValue().map((value) => ({
    Type: "Pass",
    Output: {
      was: "{% $type($states.input) %}",
      at: "{% $states.context.State.Name %}",
      drawn: "{% $random() %}",
      value: literal(value),
    },
    ...transition(index, count),
  }));
}

/** Strings that look like expressions are none here. */
const literal = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll("{%", "").replaceAll("%}", ""));

/** Gives every state of the machine a name of its own. */
function withUniqueNames(machine: Record<string, unknown>): unknown {
  let next = 0;
  const rename = (flow: Record<string, unknown>): unknown => {
    const prefix = `${next++}.`;
    const states = Object.entries(flow.States as Record<string, Record<string, unknown>>);
    const named = (name: unknown) => `${prefix}${name}`;
    const renamed = states.map(([name, state]) => {
      const { Next, Default, Choices, Branches, ...rest } = state;
      return [
        named(name),
        {
          ...rest,
          ...(Next !== undefined && { Next: named(Next) }),
          ...(Default !== undefined && { Default: named(Default) }),
          ...(Array.isArray(Choices) && { Choices: Choices.map((rule) => ({ ...rule, Next: named(rule.Next) })) }),
          ...(Array.isArray(Branches) && { Branches: Branches.map(rename) }),
        },
      ];
    });
    return { StartAt: named(flow.StartAt), States: Object.fromEntries(renamed) };
  };
  return { QueryLanguage: "JSONata", ...(rename(machine) as object) };
}

test("machines end, and end the same way given the same clock and random numbers", async () => {
  await fc.assert(
    fc.asyncProperty(forwardMachine(2), fc.jsonValue(), fc.nat(), async (flow, input, seed) => {
      const definition = withUniqueNames(flow);
      const once = () => {
        let state = seed;
        const random = () => {
          state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
          return state / 2_147_483_648;
        };
        return runDefinition(definition, { input: JSON.parse(JSON.stringify(input)), random });
      };

      const first = await once();
      const second = await once();

      expect(first.outcome).toMatchObject({ status: "SUCCEEDED" });
      expect(second.outcome).toEqual(first.outcome);
      expect(second.events).toEqual(first.events);
      for (const { id, previousEventId } of first.events) expect(previousEventId).toBeLessThan(id);
    }),
    { numRuns: 100, endOnFailure: true },
  );
});
