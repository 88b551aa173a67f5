import { describe, expect, test } from "vitest";
import { DISTRIBUTED, mapState, PASS, reader, runMap, WORK } from "../fixtures/distributed-map.js";
import { memoryObjects } from "../fixtures/memory-objects.js";
import { machineOf, runDefinition } from "../fixtures/run-machine.js";
import { InvalidDefinitionError, type JsonObject, StateFailure, type TaskRunner } from "../index.js";

describe("a distributed Map", () => {
  test("runs a child for each item and gives on what they made, in their order", async () => {
    const { outcome } = await runMap({ Items: [1, 2, 3], ItemSelector: "{% $states.context.Map.Item.Value * 10 %}" });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: [10, 20, 30] });
  });

  test("leaves AWS's events: its children have histories of their own", async () => {
    const { events } = await runMap({ Items: [1, 2], Label: "Items" });

    expect(events.map(({ id, previousEventId, type }) => `${id}<-${previousEventId} ${type}`)).toEqual([
      "1<-0 ExecutionStarted",
      "2<-0 MapStateEntered",
      "3<-2 MapStateStarted",
      "4<-3 MapRunStarted",
      "5<-4 MapRunSucceeded",
      "6<-5 MapStateSucceeded",
      "7<-5 MapStateExited",
      "8<-7 ExecutionSucceeded",
    ]);
    expect(events[2]?.details).toEqual({ length: 2 });
    expect(events[3]?.details).toEqual({
      mapRunArn: expect.stringMatching(/^arn:aws:states:us-east-1:123456789012:mapRun:machine\/Items:[0-9a-f-]{36}$/),
    });
  });

  test("shows a selector each item's index, value and source", async () => {
    const { outcome } = await runMap({ Items: ["a"], ItemSelector: "{% $states.context.Map.Item %}" });

    expect(outcome).toMatchObject({ output: [{ Index: 0, Value: "a", Source: "STATE_DATA" }] });
  });

  test("takes an object's entries for items, with their keys", async () => {
    const selector = "{% [$states.context.Map.Item.Key, $states.context.Map.Item.Value] %}";

    expect((await runMap({ Items: { a: 1, b: 2 } })).outcome).toMatchObject({
      output: [
        { Key: "a", Value: 1 },
        { Key: "b", Value: 2 },
      ],
    });
    expect((await runMap({ Items: { a: 1 }, ItemSelector: selector })).outcome).toMatchObject({ output: [["a", 1]] });
  });

  test("gives its children an execution of their own, in which no variable of its parent is seen", async () => {
    const shown = { Type: "Pass", Output: "{% $states.context %}", End: true };
    const definition = machineOf({
      First: { Type: "Pass", Assign: { vat: 19 }, Next: "Map" },
      Map: mapState({ Items: [7], Label: "L" }, { Each: shown }),
    });

    const { outcome } = await runDefinition(definition);

    expect(outcome).toMatchObject({
      output: [
        {
          Execution: {
            Id: expect.stringMatching(/^arn:aws:states:us-east-1:123456789012:execution:machine\/L:[0-9a-f-]{36}$/),
            Input: 7,
            RedriveCount: 0,
          },
          StateMachine: {
            Id: "arn:aws:states:us-east-1:123456789012:stateMachine:machine/L",
            Name: "machine/L",
          },
          State: { Name: "Each" },
        },
      ],
    });
    const peeking = machineOf({
      First: { Type: "Pass", Assign: { vat: 19 }, Next: "Map" },
      Map: mapState({ Items: [7] }, { Each: { Type: "Pass", Output: "{% $exists($vat) %}", End: true } }),
    });
    expect((await runDefinition(peeking)).outcome).toEqual({ status: "SUCCEEDED", output: [false] });
  });

  test("runs no more children at once than MaxConcurrency", async () => {
    let running = 0;
    let most = 0;
    const task: TaskRunner = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return null;
    };

    await runMap({ Items: "{% [1..60] %}", MaxConcurrency: 4 }, { states: WORK, task });

    expect(most).toBe(4);
  });

  test("may be inside another one", async () => {
    const inner = mapState({ Items: "{% $states.input.inner %}" }, { Inner: { Type: "Pass", End: true } });

    const { outcome } = await runMap({ Items: [{ inner: [1, 2] }, { inner: [3] }] }, { states: { Each: inner } });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: [[1, 2], [3]] });
  });

  test("starts a Map Run for each attempt that Retry gives it", async () => {
    let calls = 0;
    const task: TaskRunner = async () => {
      calls += 1;
      if (calls === 1) throw new StateFailure("Bad", undefined);
      return calls;
    };
    const retried = { Items: [1], Retry: [{ ErrorEquals: ["States.ExceedToleratedFailureThreshold"] }] };

    const { outcome, types } = await runMap(retried, { states: WORK, task });

    expect(outcome).toEqual({ status: "SUCCEEDED", output: [2] });
    expect(types.filter((type) => type.startsWith("MapRun"))).toEqual([
      "MapRunStarted",
      "MapRunFailed",
      "MapRunStarted",
      "MapRunSucceeded",
    ]);
  });

  test("of no items is done at once", async () => {
    expect((await runMap({ Items: [] })).outcome).toEqual({ status: "SUCCEEDED", output: [] });
  });

  test("ends the Express children that take longer than five minutes", async () => {
    const waits = { Each: { Type: "Wait", Seconds: 301, Next: "Done" }, Done: { Type: "Succeed" } };
    const express = mapState({ Items: [1], ToleratedFailureCount: 1 }, waits, {
      ...DISTRIBUTED,
      ExecutionType: "EXPRESS",
    });

    const { outcome } = await runDefinition(machineOf({ Map: express }));

    expect(outcome).toMatchObject({
      output: [{ Status: "TIMED_OUT", ExecutionArn: expect.stringContaining(":express:machine/") }],
    });
  });

  test("ends its children along with the execution", async () => {
    const stop = new AbortController();
    const aborted: boolean[] = [];
    const task: TaskRunner = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(aborted.push(true)));
        if (aborted.length === 0) setImmediate(() => stop.abort());
      });

    const { outcome, types } = await runMap({ Items: [1, 2] }, { states: WORK, task, signal: stop.signal });

    expect(outcome).toEqual({ status: "ABORTED" });
    expect(aborted).toEqual([true, true]);
    expect(types.slice(-2)).toEqual(["MapRunStarted", "ExecutionAborted"]);
  });
});

describe("ItemBatcher", () => {
  test("gives each child a batch, with what all of them are given", async () => {
    const { outcome } = await runMap({
      Items: [1, 2, 3],
      ItemBatcher: { MaxItemsPerBatch: "{% 2 %}", BatchInput: { all: "{% $count($states.context.Execution.Id) %}" } },
    });

    expect(outcome).toMatchObject({
      output: [
        { BatchInput: { all: 1 }, Items: [1, 2] },
        { BatchInput: { all: 1 }, Items: [3] },
      ],
    });
  });
});

describe("a distributed Map's definition is refused", () => {
  const compiled = (fields: JsonObject, config?: object) =>
    runDefinition(machineOf({ Map: mapState(fields, PASS, config) }), { objects: memoryObjects() });

  test.each([
    ["without the type of its children", {}, { Mode: "DISTRIBUTED" }, "ProcessorConfig/ExecutionType"],
    [
      "with children's type in an inline Map",
      {},
      { Mode: "INLINE", ExecutionType: "STANDARD" },
      "ProcessorConfig/ExecutionType",
    ],
    ["with a label too long", { Label: "L".repeat(41) }, undefined, "Map/Label"],
    ["with a label of two words", { Label: "a b" }, undefined, "Map/Label"],
    ["with CSV and no header location", { ItemReader: reader({ InputType: "CSV" }) }, undefined, "CSVHeaderLocation"],
    [
      "with headers that are not given",
      { ItemReader: reader({ InputType: "CSV", CSVHeaderLocation: "GIVEN" }) },
      undefined,
      "CSVHeaders",
    ],
    ["with a format that is not read here", { ItemReader: reader({ InputType: "PARQUET" }) }, undefined, "InputType"],
    [
      "with more items than a Map may have",
      { ItemReader: reader({ InputType: "JSON", MaxItems: 100_000_001 }) },
      undefined,
      "MaxItems",
    ],
    [
      "with a pointer that is none",
      { ItemReader: reader({ InputType: "JSON", ItemsPointer: "a" }) },
      undefined,
      "ItemsPointer",
    ],
    ["with an empty ResultWriter", { ResultWriter: {} }, undefined, "ResultWriter"],
    ["with a negative tolerance", { ToleratedFailureCount: -1 }, undefined, "ToleratedFailureCount"],
    ["with a field of no Map", { ItemReaders: {} }, undefined, "ItemReaders"],
  ])("%s", async (_case, fields, config, place) => {
    await expect(compiled(fields as JsonObject, config)).rejects.toThrow(new RegExp(`${place}`));
  });

  test("where it reads from an S3 that the engine was not given", async () => {
    const definition = machineOf({ Map: mapState({ ItemReader: reader({ InputType: "JSON" }) }, PASS) });

    await expect(runDefinition(definition)).rejects.toThrow(InvalidDefinitionError);
    await expect(runDefinition(definition)).rejects.toThrow("this engine was given no S3 to read from; pass `objects`");
  });

  test("where two Maps have one label", async () => {
    const other = mapState({ Items: [], Label: "L" }, { Other: { Type: "Pass", End: true } });
    const { End: _end, ...first } = mapState({ Items: [], Label: "L" }, PASS);

    await expect(runDefinition(machineOf({ Map: { ...first, Next: "Last" }, Last: other }))).rejects.toThrow(
      'duplicate Map label "L"',
    );
  });
});
