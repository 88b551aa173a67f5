import { describe, expect, test } from "vitest";
import { runMap, WORK, work } from "../fixtures/distributed-map.js";
import { memoryObjects } from "../fixtures/memory-objects.js";
import type { RunOptions } from "../fixtures/run-machine.js";
import type { JsonObject } from "../index.js";

describe("ResultWriter", () => {
  const writer = (config?: JsonObject): JsonObject => ({
    Resource: "arn:aws:states:::s3:putObject",
    Arguments: { Bucket: "out", Prefix: "results/" },
    ...(config && { WriterConfig: config }),
  });
  const write = async (fields: JsonObject, options: RunOptions = {}) => {
    const objects = memoryObjects();
    const ran = await runMap({ Label: "L", ...fields }, { states: WORK, task: work, objects, ...options });
    const file = (name: string) => [...objects.written].find(([key]) => key.endsWith(`/${name}`))?.[1] ?? "";
    return { ...ran, objects, file };
  };

  test("writes the results and a manifest, and gives on where they are", async () => {
    const { outcome, events, objects, file } = await write({ Items: ["a", "b"], ResultWriter: writer() });

    const mapRunArn = String(events[3]?.details?.mapRunArn);
    const id = mapRunArn.slice(-36);
    expect(outcome).toEqual({
      status: "SUCCEEDED",
      output: {
        MapRunArn: mapRunArn,
        ResultWriterDetails: { Bucket: "out", Key: `results/${id}/manifest.json` },
      },
    });
    expect(JSON.parse(file("manifest.json"))).toEqual({
      DestinationBucket: "out",
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [],
        PENDING: [],
        SUCCEEDED: [{ Key: `results/${id}/SUCCEEDED_0.json`, Size: Buffer.byteLength(file("SUCCEEDED_0.json")) }],
      },
    });
    expect([...objects.written.keys()]).toHaveLength(2);
    expect(JSON.parse(file("SUCCEEDED_0.json"))[0]).toEqual({
      ExecutionArn: expect.stringMatching(/:execution:machine\/L:[0-9a-f-]{36}$/),
      Input: '"a"',
      InputDetails: { Included: true },
      Name: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Output: '"a"',
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: "NOT_REDRIVABLE",
      RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      StartDate: "2026-01-01T00:00:00.000Z",
      StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:machine/L",
      Status: "SUCCEEDED",
      StopDate: "2026-01-01T00:00:00.000Z",
    });
  });

  test("writes what failed and what was never started to files of their own, where the Map fails too", async () => {
    const { outcome, file } = await write({ Items: ["a", "bad", "c"], MaxConcurrency: 1, ResultWriter: writer() });

    expect(outcome).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
    expect(JSON.parse(file("SUCCEEDED_0.json"))).toMatchObject([{ Output: '"a"' }]);
    expect(JSON.parse(file("FAILED_0.json"))).toMatchObject([
      { Error: "Bad", Cause: "as bad as can be", Status: "FAILED", RedriveStatus: "REDRIVABLE_BY_MAP_RUN" },
    ]);
    expect(JSON.parse(file("PENDING_0.json"))).toEqual([
      { Input: '"c"', InputDetails: { Included: true }, Status: "PENDING" },
    ]);
  });

  test.each([
    [{ Transformation: "COMPACT" }, "[[1,2],[3]]"],
    [{ Transformation: "FLATTEN" }, "[1,2,3]"],
    [{ Transformation: "COMPACT", OutputType: "JSONL" }, "[1,2]\n[3]\n"],
  ])("writes as %j asks for", async (config, expected) => {
    const { file } = await write({ Items: [[1, 2], [3]], MaxConcurrency: 1, ResultWriter: writer(config) });

    expect(file("SUCCEEDED_0.json")).toBe(expected);
  });

  test("without a place to write to shapes the state's own result", async () => {
    const flat = { WriterConfig: { Transformation: "FLATTEN", OutputType: "JSON" } };

    expect((await write({ Items: [[1, 2], [3]], ResultWriter: flat })).outcome).toMatchObject({ output: [1, 2, 3] });
  });

  test("fails the Map where nothing can be written", async () => {
    const nowhere = { ...writer(), Arguments: { Bucket: "no-such-bucket" } };

    expect((await write({ Items: ["a"], ResultWriter: nowhere })).outcome).toEqual({
      status: "FAILED",
      error: "States.ResultWriterFailed",
      cause: "Unable to write the results to S3://no-such-bucket. NoSuchBucket: The specified bucket does not exist",
    });
  });
});
