import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { orders, reader, review } from "../fixtures/orders.js";
import { type FlowDefinition, flow, flowProblems, notExpress, toAsl } from "../index.js";

interface AslState {
  readonly [field: string]: unknown;
  readonly Arguments: { readonly Payload: string };
  readonly ItemProcessor: { readonly States: Readonly<Record<string, AslState>> };
}

const stateOf = (flow: FlowDefinition, name: string) => toAsl(flow).States[name] as unknown as AslState;
const reviewed = orders.step(review);
const mapped = reviewed.map({ as: "each", over: "review-output.lines" }, (item) => item.step(reader("line")));

describe("a map without a count", () => {
  test("has the step that writes the array count its items", () => {
    expect(stateOf(mapped, "review").Arguments.Payload).toContain('"counts": ["review-output.lines"]');
    expect(stateOf(mapped, "each").Items).toContain('$lookup($states.input.route.`$items`, "review-output.lines")');
  });

  test("asks no other step, and no step where a count is given", () => {
    const last = mapped.step(reader("last"));
    const given = reviewed.map({ over: "review-output.lines", count: (route) => route.review.count }, (item) =>
      item.step(reader("line")),
    );

    expect(stateOf(last, "last").Arguments.Payload).not.toContain("counts");
    expect(stateOf(given, "review").Arguments.Payload).not.toContain("counts");
  });

  test("finds what a branch of a parallel counted behind the parallel", () => {
    const parallel = orders
      .parallel(
        (branch) => branch.step(review),
        (branch) => branch.step(reader("other")),
      )
      .map({ over: "review-output.lines" }, (item) => item.step(reader("line")));

    expect(stateOf(parallel, "parallel-1").Output).toContain(
      '"$items": $merge([$states.input.route.`$items`, $states.result[0].route.`$items`])',
    );
  });
});

describe("a map of a flow in parts", () => {
  test("tells each item's step how many items there are", () => {
    expect(stateOf(mapped, "each").ItemProcessor.States.line?.Arguments.Payload).toContain(
      '"item": $states.context.Map.Item.Index, "items": $lookup(',
    );
  });

  test("leaves in the payload how many items its outputs have", () => {
    expect(stateOf(mapped, "each").Output).toContain('{"line-output": $lookup(');
    expect(stateOf(mapped, "each").Output).not.toContain("$gaps");
  });

  test("says so where items may take a way that does not write", () => {
    const some = reviewed.map({ over: "review-output.lines" }, (item) =>
      item.choice({
        cases: [{ when: (route) => route.review.score.atLeast(1), run: (way) => way.step(reader("line")) }],
        otherwise: (way) => way.pass("skipped"),
      }),
    );

    expect(stateOf(some, "map-1").Output).toContain(
      '"$gaps": $merge([$states.input.route.`$gaps`, {"line-output": true}])',
    );
  });

  test("is in a document's definition as it was", () => {
    const document = { ...mapped, layout: "document" } as FlowDefinition;

    expect(stateOf(document, "each").Output).toBe("{% $states.input %}");
    expect(stateOf(document, "each").ItemProcessor.States.line?.Arguments.Payload).not.toContain('"items"');
  });
});

const distributed = reviewed.map(
  {
    as: "each",
    over: "review-output.lines",
    maxConcurrency: 5,
    distributed: { batchSize: 50, maxConcurrency: 10, executionType: "EXPRESS", toleratedFailurePercentage: 2 },
  },
  (item) => item.step(reader("line")),
);

describe("a distributed map", () => {
  const state = stateOf(distributed, "each");

  test("reads its items from the part of the array, in the bucket of the sidecars", () => {
    expect(state.ItemReader).toEqual({
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSON", ItemsPointer: "/lines" },
      Arguments: {
        Bucket: "$" + "{SidecarBucketName}",
        Key: '{% $states.input.processData & "review-output.json" %}',
      },
    });
  });

  test("hands on an item's index and nothing of its value", () => {
    expect(state.ItemSelector).toEqual({ index: "{% $states.context.Map.Item.Index %}" });
    expect(JSON.stringify(toAsl(distributed))).not.toMatch(/Item\.Value(?!\.index)/);
  });

  test("shares the items out in batches, of which as many may fail as are tolerated", () => {
    expect(state).toMatchObject({
      Label: "each",
      ItemBatcher: { MaxItemsPerBatch: 50, BatchInput: { payload: "{% $states.input %}" } },
      MaxConcurrency: 10,
      ToleratedFailurePercentage: 2,
      ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, StartAt: "each-batch" },
    });
    expect(state.Output).toContain('{"line-output": true}');
  });

  test("works on a batch as an inline map does, and tells each step the process's execution, not the child's", () => {
    const batch = state.ItemProcessor.States["each-batch"];
    const payload = batch?.ItemProcessor.States.line?.Arguments.Payload;

    expect(batch).toMatchObject({ Items: "{% $states.input.Items %}", MaxConcurrency: 5, Output: {} });
    expect(payload).toContain('"execution": $states.context.Execution.Input.BatchInput.execution');
    expect(payload).toContain('"item": $states.context.Map.Item.Value.index');
    expect(payload).toContain('"items": $states.context.Execution.Input.BatchInput.items');
  });

  test("writes what its children have done beside the parts, for a state's result has 256 KiB at most", () => {
    expect(state.ResultWriter).toEqual({
      Resource: "arn:aws:states:::s3:putObject",
      Arguments: {
        Bucket: "$" + "{SidecarBucketName}",
        Prefix: '{% $states.input.processData & "$sfs3/each" %}',
      },
    });
  });

  test("reads an array of the process's input from the input's part", () => {
    const input = z.object({ foo: z.string(), "a/b": z.array(z.string()) });
    const over = flow("Orders", { input })
      .step(review)
      .map({ over: "a/b", count: (route) => route.review.count, distributed: {} }, (item) => item.step(reader("line")));

    expect(stateOf(over, "map-1").ItemReader).toMatchObject({
      ReaderConfig: { ItemsPointer: "/a~1b" },
      Arguments: { Key: '{% $states.input.processData & "input.json" %}' },
    });
  });

  test("makes a machine that cannot be Express", () => {
    expect(notExpress(distributed)).toBe("'each' is a distributed Map");
  });
});

describe("is refused:", () => {
  const line = reader("line");
  const refusals = (flow: unknown) =>
    flowProblems(flow as FlowDefinition).map(({ rule, what, wayOut }) => [rule, `${what} ${wayOut}`]);

  test("a map over the process's input that nobody counts", () => {
    const input = flow("Orders", { input: z.object({ lines: z.array(z.string()) }) }).map({ over: "lines" }, (item) =>
      item.step(line),
    );

    expect(refusals(input)).toEqual([
      [
        "map-count",
        "Orders: the map 'map-1' goes over 'lines' without a count, and no step counts what the process is started with. " +
          "Give it one from a route value: { count: (route) => route.<step>.<name> }, of a step that reads 'lines', or let a first step write the array.",
      ],
    ]);
  });

  test("a map without a count over what another map's items, another flow, a callback or a hand-written state wrote", () => {
    const lines = z.object({ lines: z.array(z.string()) });
    const lister = defineStep(z.object({}), lines, () => ({ lines: [] }), { name: "lister" });
    const input = z.object({ foo: z.string() });
    const other = flow("Other", { input }).step(lister);
    const over = { over: "lister-output.lines" } as const;

    expect(refusals(mapped.map({ over: "line-output" }, (item) => item.step(reader("again"))))).toMatchObject([
      ["map-count", expect.stringContaining("the items of another map wrote 'line-output'")],
    ]);
    expect(
      refusals(
        orders
          .start(other, { wait: true })
          .step(reader("a"))
          .map(over, (item) => item.step(line)),
      ),
    ).toMatchObject([["map-count", expect.stringContaining("no count from 'lister'")]]);
    expect(
      refusals(orders.callback(lister, { timeoutSeconds: 60 }).map(over, (item) => item.step(line))),
    ).toMatchObject([["map-count", expect.stringContaining("no count from 'lister'")]]);
    const state = orders.state("legacy", { Type: "Pass" }, { writes: z.object({ "lister-output": lines }) });
    expect(refusals(state.map(over, (item) => item.step(line)))).toMatchObject([
      ["map-count", expect.stringContaining("no count from a state written by hand")],
    ]);
  });

  test("a distributed map of a flow that is a document", () => {
    expect(refusals({ ...distributed, layout: "document" })).toMatchObject([
      ["distributed-layout", expect.stringContaining("needs the layout parts, and the flow chooses document")],
    ]);
  });

  test("a distributed map over what lies in several parts", () => {
    const twice = mapped.map({ over: "line-output", count: (route) => route.review.count, distributed: {} }, (item) =>
      item.step(reader("again")),
    );

    expect(refusals(twice)).toMatchObject([["distributed-source", expect.stringContaining("a part for each item")]]);
  });

  test("Express children that wait for what takes long", () => {
    const waiting = reviewed.map({ over: "review-output.lines", distributed: { executionType: "EXPRESS" } }, (item) =>
      item.callback(line, { timeoutSeconds: 60 }),
    );

    expect(refusals(waiting)).toEqual([
      [
        "express-children",
        "Orders: the children of 'map-1' are Express executions, and 'line' waits for a callback. Make them STANDARD, or take the state out.",
      ],
    ]);
  });

  test.each([
    ["distributed.batchSize is 0", { batchSize: 0 }],
    ["distributed.batchSize is 1001", { batchSize: 1001 }],
    ["distributed.maxConcurrency is 10001", { maxConcurrency: 10_001 }],
    ["distributed.toleratedFailureCount is -1", { toleratedFailureCount: -1 }],
    ["distributed.toleratedFailurePercentage is 101", { toleratedFailurePercentage: 101 }],
    ["distributed.toleratedFailurePercentage is 2.5", { toleratedFailurePercentage: 2.5 }],
    ["distributed.executionType is express", { executionType: "express" as "EXPRESS" }],
    [
      "both a count and a percentage",
      { toleratedFailureCount: 1, toleratedFailurePercentage: 1 as never as undefined },
    ],
  ])("%s", (why, options) => {
    const out = reviewed.map({ over: "review-output.lines", distributed: options }, (item) => item.step(line));

    expect(refusals(out)).toMatchObject([["invalid-setting", expect.stringContaining(why)]]);
  });

  test("a misspelt option of its distribution", () => {
    const misspelt = { batchsize: 5 } as never as { batchSize: number };

    expect(() =>
      reviewed.map({ over: "review-output.lines", distributed: misspelt }, (item) => item.step(line)),
    ).toThrow("Orders: a distributed map knows no option 'batchsize'. Its options are batchSize, ");
  });
});
