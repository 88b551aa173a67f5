import { defineStep } from "@sfs3/sdk";
import { and, type Condition, type FlowDefinition, flow, not, or, type Routes, renderAsl } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Route, type StepAnswer, useFlowService } from "./fixtures/flow-service.js";

/** What the generator promises, held against the engine: definitions run as they stand, Lambdas answer as steps would. */

class StepFailure extends Error {
  constructor(name: string) {
    super(`${name} happened`);
    this.name = name;
  }
}

/** Runs a flow to its end. */
async function run(definition: FlowDefinition, answer: StepAnswer) {
  const { service, calls, messages } = useFlowService([definition], answer);
  const { stateMachineArn } = await service.createStateMachine({
    name: definition.name,
    definition: renderAsl(definition),
    roleArn: "arn:aws:iam::000000000000:role/machine",
  });
  const input = JSON.stringify({ processData: "0xabc", subtopic: "worker1", custom: { kept: true } });
  const { executionArn } = await service.startExecution({ stateMachineArn, name: "0xabc", input });
  const { status, output, error, cause } = await service.completion(executionArn);
  return { status, output: output === undefined ? undefined : JSON.parse(output), error, cause, calls, messages };
}

const step = <const TName extends string>(name: TName) => defineStep(z.object({}), z.object({}), () => ({}), { name });

const routed = defineStep(
  z.object({}),
  z.object({ text: z.string(), number: z.number(), flag: z.boolean() }),
  () => ({ text: "", number: 0, flag: false }),
  { name: "routed", route: (values) => values },
);

const process = flow("Process", { input: z.object({}), topicRoot: "root" });

describe("the payload", () => {
  test("reaches every Lambda whole, with the state's entry, and comes out as it went in", async () => {
    const { output, status } = await run(process.step(step("a")), (_, event) => {
      expect(event).toMatchObject({ processData: "0xabc", custom: { kept: true }, sfs3: { state: "a", attempt: 1 } });
      return undefined;
    });

    expect(status).toBe("SUCCEEDED");
    expect(output).toEqual({ processData: "0xabc", subtopic: "worker1", custom: { kept: true } });
  });

  test("does not grow with parallel branches and map items", async () => {
    const wide = process
      .step(routed)
      .parallel(
        (branch) => branch.step(step("left")),
        (branch) => branch.step(step("right")),
      )
      .state("lines", { Type: "Pass" }, { writes: z.object({ lines: z.array(z.string()) }) })
      .map({ over: "lines", count: (route) => route.routed.number }, (item) => item.step(step("line")));

    const { output, calls } = await run(wide, (name) =>
      name === "routed" ? { text: "", number: 3, flag: true } : undefined,
    );

    expect(output).toEqual({
      processData: "0xabc",
      subtopic: "worker1",
      custom: { kept: true },
      route: { routed: { text: "", number: 3, flag: true }, $mapped: { "line-output": 3 } },
    });
    expect(calls.toSorted()).toEqual(["left", "line[0]", "line[1]", "line[2]", "right", "routed"]);
  });

  test("a map over nothing runs nothing", async () => {
    const empty = process
      .step(routed)
      .state("lines", { Type: "Pass" }, { writes: z.object({ lines: z.array(z.string()) }) })
      .map({ over: "lines", count: (route) => route.routed.number }, (item) => item.step(step("line")));

    const { status, calls } = await run(empty, () => ({ text: "", number: 0, flag: true }));

    expect({ status, calls }).toEqual({ status: "SUCCEEDED", calls: ["routed"] });
  });
});

describe("the end", () => {
  test("is announced once as SUCCEEDED", async () => {
    expect((await run(process.step(step("a")), () => undefined)).messages).toEqual(["root/worker1/0xabc SUCCEEDED"]);
  });

  test("is announced once as FAILED, with the original error in the execution", async () => {
    const { status, error, cause, messages } = await run(process.step(step("a")), () => {
      throw new StepFailure("CardDeclined");
    });

    expect({ status, error, messages }).toEqual({
      status: "FAILED",
      error: "CardDeclined",
      messages: ["root/worker1/0xabc FAILED"],
    });
    expect(cause).toContain("CardDeclined happened");
  });

  test("is announced once where a step deep inside parallel and map fails", async () => {
    const deep = process
      .state("lines", { Type: "Pass" }, { writes: z.object({ lines: z.array(z.string()) }) })
      .step(routed)
      .parallel((branch) =>
        branch.map({ over: "lines", count: (route) => route.routed.number }, (item) => item.step(step("line"))),
      );

    const { status, error, messages } = await run(deep, (name) => {
      if (name === "line") throw new StepFailure("Deep");
      return { text: "", number: 2, flag: true };
    });

    expect({ status, error, messages }).toEqual({
      status: "FAILED",
      error: "Deep",
      messages: ["root/worker1/0xabc FAILED"],
    });
  });

  test("comes early with succeed and fail", async () => {
    const early = (end: (way: typeof process) => FlowDefinition) =>
      end(process.step(step("a")) as unknown as typeof process);

    expect(
      await run(
        early((way) => way.succeed()),
        () => undefined,
      ),
    ).toMatchObject({ status: "SUCCEEDED", messages: ["root/worker1/0xabc SUCCEEDED"] });
    expect(
      await run(
        early((way) => way.fail({ error: "Refused", cause: "no stock" })),
        () => undefined,
      ),
    ).toMatchObject({
      status: "FAILED",
      error: "Refused",
      cause: "no stock",
      messages: ["root/worker1/0xabc FAILED"],
    });
  });
});

describe("errors", () => {
  test("that the table calls retryable are tried again, and no FAILED is heard", async () => {
    const { status, calls, messages } = await run(process.step(step("a")), (_, { sfs3 }) => {
      if (sfs3.attempt < 3) throw new StepFailure("S3DataPreconditionError");
      return undefined;
    });

    expect({ status, calls, messages }).toEqual({
      status: "SUCCEEDED",
      calls: ["a", "a", "a"],
      messages: ["root/worker1/0xabc SUCCEEDED"],
    });
  });

  test("that are caught lead to the recovery, and then on", async () => {
    const caught = process
      .step(step("a"))
      .catch(["Declined"], (recovery) => recovery.step(step("refund")))
      .step(step("z"));

    const { status, calls } = await run(caught, (name) => {
      if (name === "a") throw new StepFailure("Declined");
      return undefined;
    });

    expect({ status, calls }).toEqual({ status: "SUCCEEDED", calls: ["a", "refund", "z"] });
  });
});

test("a repeat runs until its condition holds", async () => {
  const polling = process.repeat((round) => round.step(routed), {
    until: (route) => route.routed.flag.equals(true),
    maxRounds: 5,
    pauseSeconds: 9,
  });
  let rounds = 0;

  const { status, calls } = await run(polling, () => {
    rounds += 1;
    return { text: "", number: rounds, flag: rounds === 3 };
  });

  expect({ status, calls }).toEqual({ status: "SUCCEEDED", calls: ["routed", "routed", "routed"] });
});

test("a repeat that does not come to its end fails after its last round", async () => {
  const polling = process.repeat((round) => round.step(routed), {
    until: (route) => route.routed.flag.equals(true),
    maxRounds: 2,
  });

  const result = await run(polling, () => ({ text: "", number: 0, flag: false }));

  expect(result).toMatchObject({ status: "FAILED", error: "RepeatLimitError", calls: ["routed", "routed"] });
});

test("route values that parallel branches set can be chosen on behind them", async () => {
  const chosen = process
    .parallel(
      (branch) => branch.step(routed),
      (branch) => branch.pass("mark", { route: { level: 7 } }),
    )
    .choice({
      cases: [
        {
          when: (route) => and(route.routed.text.equals("go"), route.mark.level.equals(7)),
          run: (way) => way.step(step("taken")),
        },
      ],
      otherwise: (way) => way.step(step("other")),
    });

  expect(
    (await run(chosen, (name) => (name === "routed" ? { text: "go", number: 0, flag: true } : undefined))).calls,
  ).toEqual(["routed", "taken"]);
});

test("a route value that one branch sets anew is not undone by a branch that leaves it alone", async () => {
  const tick = (level: number) => ({ route: { level } });
  const stale = process
    .pass("tick", tick(1))
    .parallel(
      (branch) => branch.step(routed),
      (branch) => branch.step(step("slow")),
    )
    .choice({
      cases: [{ when: (route) => route.routed.number.equals(2), run: (way) => way.step(step("fresh")) }],
      otherwise: (way) => way.step(step("old")),
    });
  const again = process.repeat((round) => round.step(routed), {
    until: (route) => route.routed.flag.equals(true),
    maxRounds: 1,
  });

  const { calls } = await run(stale, (name) => (name === "routed" ? { text: "", number: 2, flag: true } : undefined));

  expect(calls.at(-1)).toBe("fresh");
  expect((await run(again, () => ({ text: "", number: 0, flag: true }))).status).toBe("SUCCEEDED");
});

test("every item of a map starts an execution of its own", async () => {
  const child = flow("Child", { input: z.object({}) }).step(step("child-step"));
  const starting = process
    .state("lines", { Type: "Pass" }, { writes: z.object({ lines: z.array(z.string()) }) })
    .step(routed)
    .map({ over: "lines", count: (route) => route.routed.number }, (item) => item.step(step("line")).start(child));
  const { States } = JSON.parse(renderAsl(starting));

  expect(States["map-1"].ItemProcessor.States["start-Child"].Arguments.Name).toContain(
    "$states.context.Map.Item.Index",
  );
});

describe("a path that ends inside a branch", () => {
  test.each<[string, FlowDefinition]>([
    [
      "a recovery",
      process.parallel((branch) =>
        branch.step(step("a")).catch(["X"], (recovery) => recovery.fail({ error: "Y", cause: "why" })),
      ),
    ],
    [
      "every way of a choice",
      process.step(routed).parallel((branch) =>
        branch.choice({
          cases: [{ when: (route) => route.routed.flag.equals(true), run: (way) => way.succeed() }],
          otherwise: (way) => way.fail({ error: "Y" }),
        }),
      ),
    ],
  ])("leaves no state that nothing leads to: %s", async (_, definition) => {
    const { status } = await run(definition, (name) =>
      name === "routed" ? { text: "", number: 0, flag: true } : undefined,
    );

    expect(status).toBe("SUCCEEDED");
  });
});

test("loops within loops count their own rounds, whatever their names", async () => {
  const done = { until: (route: Routes<{ routed: { flag: boolean } }>) => route.routed.flag.equals(true) };
  const nested = process.repeat(
    (outer) => outer.repeat((inner) => inner.step(routed), { as: "po_ll", maxRounds: 3, ...done }),
    { as: "po-ll", maxRounds: 2, ...done },
  );
  let calls = 0;

  const result = await run(nested, () => {
    calls += 1;
    return { text: "", number: calls, flag: calls === 2 };
  });

  expect(result).toMatchObject({ status: "SUCCEEDED", calls: ["routed", "routed"] });
});

describe("conditions mean what they say", () => {
  const decided = process.step(routed);
  type When = Parameters<typeof decided.choice>[0]["cases"][number]["when"];

  /** Whether the machine takes the case. */
  async function holds(when: When, values: Route): Promise<boolean> {
    const chosen = decided.choice({
      cases: [{ when, run: (way) => way.step(step("yes")) }],
      otherwise: (way) => way.step(step("no")),
    });
    const { calls, status, cause } = await run(chosen, (name) => (name === "routed" ? values : undefined));
    expect({ status, cause }).toEqual({ status: "SUCCEEDED", cause: undefined });
    return calls.at(-1) === "yes";
  }

  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("", "a", "ab", "a*b", "/.+\\[", 'q"uote', "back`quote", "new\nline", "%}"),
  );

  test.each<
    [string, (route: Parameters<When>[0], value: string) => Condition, (actual: string, value: string) => boolean]
  >([
    ["equals", (route, value) => route.routed.text.equals(value), (actual, value) => actual === value],
    [
      "oneOf",
      (route, value) => route.routed.text.oneOf("x", value),
      (actual, value) => actual === "x" || actual === value,
    ],
    ["startsWith", (route, value) => route.routed.text.startsWith(value), (actual, value) => actual.startsWith(value)],
    ["endsWith", (route, value) => route.routed.text.endsWith(value), (actual, value) => actual.endsWith(value)],
    ["contains", (route, value) => route.routed.text.contains(value), (actual, value) => actual.includes(value)],
    ["lessThan", (route, value) => route.routed.text.lessThan(value), (actual, value) => actual < value],
    [
      "matches, without an asterisk,",
      (route, value) => route.routed.text.matches(value.replaceAll("*", "\\*")),
      (actual, value) => actual === value,
    ],
  ])("%s on texts", async (_, when, expected) => {
    await fc.assert(
      fc.asyncProperty(text, text, fc.boolean(), async (actual, other, same) => {
        const value = same ? actual : other;
        expect(await holds((route) => when(route, value), { text: actual })).toBe(expected(actual, value));
      }),
      { numRuns: 40 },
    );
  });

  test.each<
    [string, (route: Parameters<When>[0], value: number) => Condition, (actual: number, value: number) => boolean]
  >([
    ["lessThan", (route, value) => route.routed.number.lessThan(value), (actual, value) => actual < value],
    ["atMost", (route, value) => route.routed.number.atMost(value), (actual, value) => actual <= value],
    ["greaterThan", (route, value) => route.routed.number.greaterThan(value), (actual, value) => actual > value],
    ["atLeast", (route, value) => route.routed.number.atLeast(value), (actual, value) => actual >= value],
    ["not", (route, value) => not(route.routed.number.equals(value)), (actual, value) => actual !== value],
  ])("%s on numbers", async (_, when, expected) => {
    const number = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
    );
    await fc.assert(
      fc.asyncProperty(number, number, async (actual, value) => {
        expect(await holds((route) => when(route, value), { number: actual })).toBe(expected(actual, value));
      }),
      { numRuns: 40 },
    );
  });

  test("an asterisk stands for any characters", async () => {
    expect(await holds((route) => route.routed.text.matches("a*z"), { text: "a to\nz" })).toBe(true);
    expect(await holds((route) => route.routed.text.matches("a*z"), { text: "a to z!" })).toBe(false);
  });

  test("a value that is not there is no error: every test on it is false", async () => {
    const tests: When[] = [
      (route) => route.routed.text.equals("a"),
      (route) => route.routed.text.lessThan("a"),
      (route) => route.routed.text.contains("a"),
      (route) => route.routed.number.atLeast(1),
      (route) => route.routed.flag.isPresent(),
      (route) => or(route.routed.flag.equals(false), route.routed.number.lessThan(5)),
    ];

    for (const when of tests) expect(await holds(when, {})).toBe(false);
  });

  test("a null is present and not comparable", async () => {
    expect(await holds((route) => route.routed.number.isPresent(), { number: null })).toBe(true);
    expect(await holds((route) => route.routed.number.lessThan(1), { number: null })).toBe(false);
  });
});
