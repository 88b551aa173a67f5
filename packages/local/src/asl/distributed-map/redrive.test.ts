import { describe, expect, test } from "vitest";
import { mapState, WORK } from "../fixtures/distributed-map.js";
import { memoryObjects } from "../fixtures/memory-objects.js";
import { context, machineOf, resolveWith, virtualClock } from "../fixtures/run-machine.js";
import {
  compile,
  createMapRuns,
  execute,
  type HistoryEvent,
  type Json,
  type JsonObject,
  type MapRuns,
  StateFailure,
  type TaskRunner,
} from "../index.js";

interface Attempt {
  /** Items that fail. */
  readonly failing: readonly Json[];
  /** What the attempt knows of Map Runs. */
  readonly mapRuns: MapRuns;
}

/** Runs a distributed Map and redrives it, one attempt after the other. */
async function attempts(fields: JsonObject, ...all: readonly Attempt[]) {
  const events: HistoryEvent[] = [];
  const objects = memoryObjects();
  const started: Json[][] = [];
  const outcomes = [];
  for (const [redriveCount, { failing, mapRuns }] of all.entries()) {
    const items: Json[] = [];
    started.push(items);
    const task: TaskRunner = async ({ arguments: item }) => {
      items.push(item);
      if (failing.includes(item)) throw new StateFailure("Bad", undefined);
      return item;
    };
    const machine = compile(machineOf({ Map: mapState(fields, WORK) }), resolveWith(task), { objects });
    const options = {
      input: {},
      context,
      mapRuns,
      clock: virtualClock(),
      onEvent: (event: HistoryEvent) => events.push(event),
    };
    outcomes.push(await execute(machine, redriveCount === 0 ? options : { ...options, resume: [...events] }));
  }
  return { outcomes, started, events, types: events.map(({ type }) => type), objects };
}

const ITEMS = ["a", "b", "c", "d"];

describe("a distributed Map that is redriven", () => {
  test("runs only the children that did not succeed, and gives on what all have made", async () => {
    const mapRuns = createMapRuns();

    const { outcomes, started, types } = await attempts(
      { Items: ITEMS, MaxConcurrency: 1 },
      { failing: ["c"], mapRuns },
      { failing: [], mapRuns },
    );

    expect(outcomes).toMatchObject([{ status: "FAILED" }, { status: "SUCCEEDED", output: ITEMS }]);
    expect(started).toEqual([
      ["a", "b", "c"],
      ["c", "d"],
    ]);
    expect(types.slice(-6)).toEqual([
      "ExecutionRedriven",
      "MapRunRedriven",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("goes on with the same Map Run, as often as it is redriven", async () => {
    const mapRuns = createMapRuns();
    const fails = { failing: ["c"], mapRuns };

    const { events } = await attempts({ Items: ITEMS }, fails, fails, { failing: [], mapRuns });

    const [run] = mapRuns.ofExecution(context.Execution.Id);
    const redriven = events.filter(({ type }) => type === "MapRunRedriven");
    expect(redriven.map(({ details }) => details)).toEqual([
      { mapRunArn: run?.mapRunArn, redriveCount: 1 },
      { mapRunArn: run?.mapRunArn, redriveCount: 2 },
    ]);
    expect(run).toMatchObject({ status: "SUCCEEDED", redriveCount: 2, items: { succeeded: 4, failed: 0, total: 4 } });
  });

  test("writes its results beside those of the first run", async () => {
    const mapRuns = createMapRuns();
    const writer = {
      Resource: "arn:aws:states:::s3:putObject",
      Arguments: { Bucket: "out" },
      WriterConfig: { Transformation: "COMPACT" },
    };

    const { outcomes, objects } = await attempts(
      { Items: ITEMS, MaxConcurrency: 1, ResultWriter: writer },
      { failing: ["b"], mapRuns },
      { failing: [], mapRuns },
    );

    const [run] = mapRuns.ofExecution(context.Execution.Id);
    const folder = `out/${run?.mapRunArn.slice(-36)}`;
    expect(objects.written.get(`${folder}/SUCCEEDED_0.json`)).toBe('["a"]');
    expect(objects.written.get(`${folder}/Redrive-1/SUCCEEDED_0.json`)).toBe('["b","c","d"]');
    expect(outcomes[1]).toMatchObject({
      output: { ResultWriterDetails: { Key: `${run?.mapRunArn.slice(-36)}/Redrive-1/manifest.json` } },
    });
  });

  test("runs all of them again where the process has forgotten the Map Run", async () => {
    const { outcomes, started, types } = await attempts(
      { Items: ITEMS },
      { failing: ["c"], mapRuns: createMapRuns() },
      { failing: [], mapRuns: createMapRuns() },
    );

    expect(outcomes[1]).toEqual({ status: "SUCCEEDED", output: ITEMS });
    expect(started[1]).toEqual(ITEMS);
    expect(types.filter((type) => type === "MapRunStarted")).toHaveLength(2);
  });
});
