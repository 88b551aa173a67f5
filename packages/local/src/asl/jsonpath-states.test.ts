import { describe, expect, test } from "vitest";
import { type RunOptions, runDefinition, TASK } from "./fixtures/run-machine.js";
import { compile, type Json, StateFailure } from "./index.js";

type States = Record<string, Record<string, unknown>>;

/** Runs a machine in JSONPath whose first state is the first one given. */
const run = (states: States, options: RunOptions = {}) =>
  runDefinition({ StartAt: Object.keys(states)[0], States: states }, options);

async function outputOf(states: States, options: RunOptions = {}): Promise<Json> {
  const { outcome } = await run(states, options);
  if (outcome.status !== "SUCCEEDED") throw new Error(`${outcome.error}: ${outcome.cause}`);
  return outcome.output;
}

const task = (fields: object) => ({ Type: "Task", Resource: TASK, End: true, ...fields });
const pass = (fields: object) => ({ Type: "Pass", End: true, ...fields });

describe("a JSONPath state", () => {
  test("takes its data through InputPath, Parameters, ResultSelector, ResultPath and OutputPath, in this order", async () => {
    const states = {
      Work: task({
        InputPath: "$.order",
        Parameters: { "id.$": "$.id", fixed: "$.id" },
        ResultSelector: { "sum.$": "$.answer.sum", "state.$": "$$.State.Name" },
        ResultPath: "$.paid",
        OutputPath: "$['order', 'paid']",
      }),
    };
    const heard: Json[] = [];

    const output = await outputOf(states, {
      input: { order: { id: 17 }, secret: true },
      task: async ({ arguments: args }) => {
        heard.push(args);
        return { answer: { sum: 5, currency: "EUR" } };
      },
    });

    expect(heard).toEqual([{ id: 17, fixed: "$.id" }]);
    expect(output).toEqual({ order: { id: 17 }, paid: { sum: 5, state: "Work" } });
  });

  test("sees nothing of its input where InputPath is null, and hands nothing on where OutputPath is", async () => {
    const states = {
      First: { Type: "Pass", InputPath: null, Parameters: { "all.$": "$" }, ResultPath: "$.seen", Next: "Last" },
      Last: { Type: "Succeed", OutputPath: null },
    };
    const { events, outcome } = await run(states, { input: { a: 1 } });

    expect(JSON.parse(String(events[2]?.details?.output))).toEqual({ a: 1, seen: { all: {} } });
    expect(outcome).toEqual({ status: "SUCCEEDED", output: {} });
  });

  test("drops its result where ResultPath is null", async () => {
    expect(await outputOf({ Work: task({ ResultPath: null }) }, { input: { a: 1 }, task: async () => 2 })).toEqual({
      a: 1,
    });
  });

  test("assigns variables from its result, which later states see and its own other fields do not", async () => {
    const states = {
      First: {
        Type: "Pass",
        Result: { n: 2 },
        Assign: { "x.$": "$.n", "twice.$": "States.MathAdd($.n, $.n)" },
        Next: "Last",
      },
      Last: pass({ Parameters: { "x.$": "$x", "twice.$": "$twice" } }),
    };

    expect(await outputOf(states)).toEqual({ x: 2, twice: 4 });
    await expect(outputOf({ Only: pass({ Assign: { x: 1 }, Parameters: { "x.$": "$x" } }) })).rejects.toThrow(/\$x/);
  });

  test("puts a caught error where its Catcher's ResultPath says, and lets the Catcher assign from it", async () => {
    const states = {
      Work: task({
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Assign: { "e.$": "$.Error" }, Next: "Caught" }],
      }),
      Caught: pass({ Parameters: { "failure.$": "$.failure", "a.$": "$.a", "e.$": "$e" } }),
    };
    const broken = async () => {
      throw new StateFailure("Broken", "why");
    };

    expect(await outputOf(states, { input: { a: 1 }, task: broken })).toEqual({
      a: 1,
      e: "Broken",
      failure: { Error: "Broken", Cause: "why" },
    });
  });

  test("chooses by its rules, which may assign", async () => {
    const states = {
      Which: {
        Type: "Choice",
        Choices: [
          { Not: { Variable: "$.n", IsPresent: true }, Next: "None" },
          { And: [{ Variable: "$.n", NumericGreaterThanPath: "$.limit" }], Assign: { size: "big" }, Next: "Sized" },
        ],
        Default: "Sized",
        Assign: { size: "small" },
      },
      Sized: pass({ Parameters: { "size.$": "$size" } }),
      None: { Type: "Fail", Error: "None" },
    };

    expect(await outputOf(states, { input: { n: 3, limit: 2 } })).toEqual({ size: "big" });
    expect(await outputOf(states, { input: { n: 1, limit: 2 } })).toEqual({ size: "small" });
    expect((await run(states)).outcome).toEqual({ status: "FAILED", error: "None" });
  });

  test("maps over the items at ItemsPath, each seeing itself in the context object", async () => {
    const states = {
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemSelector: { "item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index", "tax.$": "$.tax" },
        MaxConcurrencyPath: "$.width",
        ItemProcessor: { StartAt: "Item", States: { Item: pass({ OutputPath: "$['item', 'index']" }) } },
        ResultPath: "$.done",
        End: true,
      },
    };

    expect(await outputOf(states, { input: { items: ["a", "b"], tax: 19, width: "1" } })).toMatchObject({
      done: [
        { item: "a", index: 0 },
        { item: "b", index: 1 },
      ],
    });
  });

  test("waits as long as SecondsPath or until the time at TimestampPath", async () => {
    const states = {
      First: { Type: "Wait", SecondsPath: "$.seconds", Next: "Last" },
      Last: { Type: "Wait", TimestampPath: "$.until", End: true },
    };
    const { slept } = await run(states, { input: { seconds: 5, until: "2026-01-01T00:01:00Z" } });

    expect(slept).toEqual([5_000, 55_000]);
  });

  test("fails with the error and cause at ErrorPath and CausePath", async () => {
    const states = { Stop: { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('because {}', $.why)" } };

    expect((await run(states, { input: { e: "Broken", why: "so" } })).outcome).toEqual({
      status: "FAILED",
      error: "Broken",
      cause: "because so",
    });
  });

  test("ends the execution where a path finds nothing: no Catcher sees that", async () => {
    const states = {
      Work: task({ InputPath: "$.none", Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] }),
      Caught: pass({}),
    };

    expect((await run(states)).outcome).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'Work' (entered at the event id #2). " +
        "Invalid path '$.none' : No results for path: $['none']",
    });
  });

  test.each([
    ["a path that is none", pass({ InputPath: "order" }), "/States/Only/InputPath"],
    ["a ResultPath that names several places", pass({ ResultPath: "$.a[*]" }), "/States/Only/ResultPath"],
    [
      "an intrinsic function that there is not",
      pass({ Parameters: { "a.$": "States.Nope()" } }),
      "/States/Only/Parameters",
    ],
    ["a literal and a path for one field", { Type: "Fail", Error: "A", ErrorPath: "$.e" }, "/States/Only/ErrorPath"],
    ["two ways to wait", { Type: "Wait", Seconds: 1, TimestampPath: "$.t", End: true }, "/States/Only/Seconds"],
    ["a ResultSelector of a Pass", pass({ ResultSelector: {} }), "/States/Only/ResultSelector"],
  ])("is refused for %s", (_what, state, path) => {
    const definition = { StartAt: "Only", States: { Only: state } };

    expect(() => compile(definition, () => undefined)).toThrow(
      expect.objectContaining({ code: "InvalidDefinition", path }),
    );
  });
});
