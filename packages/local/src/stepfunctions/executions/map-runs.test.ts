import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, onTestFinished, test } from "vitest";
import { clientConfig } from "../../fixtures/use-stack.js";
import { useClient } from "../fixtures/use-client.js";

const CSV = "name,amount\n".concat(...Array.from({ length: 10 }, (_, row) => `order-${row},${row}\n`));

/** Fails the batches that hold an order's name, as long as it is given; counts what each batch holds. */
const PROCESSOR = (refused: string) => ({
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
  StartAt: "Check",
  States: {
    Check: {
      Type: "Choice",
      Choices: [{ Variable: "$.Items[0].name", StringMatches: refused, Next: "Refuse" }],
      Default: "Count",
    },
    Refuse: { Type: "Fail", Error: "Refused", Cause: "not this one" },
    Count: {
      Type: "Pass",
      Parameters: { "count.$": "States.ArrayLength($.Items)", "unit.$": "$.BatchInput.unit" },
      End: true,
    },
  },
});

const definitionOf = (refused: string) =>
  JSON.stringify({
    StartAt: "Orders",
    States: {
      Orders: {
        Type: "Map",
        Label: "Orders",
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
          Parameters: { Bucket: "orders", "Key.$": "$.key" },
        },
        ItemBatcher: { MaxItemsPerBatch: 4, BatchInput: { "unit.$": "$.unit" } },
        ItemProcessor: PROCESSOR(refused),
        MaxConcurrency: 1,
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Parameters: { Bucket: "orders", Prefix: "results" },
          WriterConfig: { Transformation: "COMPACT", OutputType: "JSON" },
        },
        End: true,
      },
    },
  });

async function useOrders() {
  const { stack, sfn, roleArn } = await useClient({ skipWaits: true });
  const s3 = new S3Client({ ...clientConfig(stack), forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  await s3.send(new CreateBucketCommand({ Bucket: "orders" }));
  await s3.send(new PutObjectCommand({ Bucket: "orders", Key: "orders.csv", Body: CSV }));
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "orders", Key }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  };
  const start = async (refused: string) => {
    const machine = { name: "Import", definition: definitionOf(refused), roleArn };
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand(machine));
    const input = JSON.stringify({ key: "orders.csv", unit: "EUR" });
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    await stack.stepFunctions.completion(executionArn);
    return executionArn;
  };
  return { stack, sfn, read, start };
}

const describeExecution = (sfn: SFNClient, executionArn: string) =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));

async function onlyMapRun(sfn: SFNClient, executionArn: string) {
  const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  expect(mapRuns).toHaveLength(1);
  return sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn ?? "" }));
}

describe("a distributed Map on the stack, seen by unmodified clients", () => {
  test("reads a CSV from S3 in batches and writes its results there", async () => {
    const { sfn, read, start } = await useOrders();

    const executionArn = await start("none");

    const { status, output = "" } = await describeExecution(sfn, executionArn);
    expect(status).toBe("SUCCEEDED");
    const { MapRunArn, ResultWriterDetails } = JSON.parse(output);
    const manifest = await read(ResultWriterDetails.Key);
    expect(manifest).toMatchObject({
      DestinationBucket: "orders",
      MapRunArn,
      ResultFiles: { FAILED: [], PENDING: [] },
    });
    expect(await read(manifest.ResultFiles.SUCCEEDED[0].Key)).toEqual([
      { count: 4, unit: "EUR" },
      { count: 4, unit: "EUR" },
      { count: 2, unit: "EUR" },
    ]);
    const run = await onlyMapRun(sfn, executionArn);
    expect(run).toMatchObject({
      mapRunArn: MapRunArn,
      executionArn,
      status: "SUCCEEDED",
      maxConcurrency: 1,
      toleratedFailureCount: 0,
      toleratedFailurePercentage: 0,
      redriveCount: 0,
      itemCounts: { total: 10, succeeded: 10, failed: 0, pending: 0, running: 0, resultsWritten: 10 },
      executionCounts: { total: 3, succeeded: 3, resultsWritten: 3, failuresNotRedrivable: 0, pendingRedrive: 0 },
    });
    expect(run.stopDate).toBeInstanceOf(Date);
  });

  test("tells of its Map Run in the history, by AWS's names", async () => {
    const { sfn, start } = await useOrders();

    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: await start("order-4") }));

    expect(events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapRunStarted",
      "MapRunFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 0 });
    expect(events[3]?.mapRunStartedEventDetails?.mapRunArn).toContain(":mapRun:Import/Orders:");
    expect(events[4]?.mapRunFailedEventDetails).toEqual({
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
  });

  test("goes on with its unsuccessful children where it is redriven", async () => {
    const { stack, sfn, start } = await useOrders();
    const executionArn = await start("order-4");
    const before = await onlyMapRun(sfn, executionArn);

    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    await stack.stepFunctions.completion(executionArn);

    const after = await onlyMapRun(sfn, executionArn);
    expect(before).toMatchObject({ status: "FAILED", itemCounts: { succeeded: 4, failed: 4, pending: 2, total: 10 } });
    expect(after).toMatchObject({
      status: "FAILED",
      redriveCount: 1,
      itemCounts: { succeeded: 4, failed: 4, total: 10 },
    });
    expect(after.mapRunArn).toBe(before.mapRunArn);
  });

  test("is unknown by another ARN", async () => {
    const { sfn, start } = await useOrders();
    const executionArn = await start("none");
    const { mapRunArn = "" } = await onlyMapRun(sfn, executionArn);

    await expect(
      sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRunArn.replace(/.$/, "_") })),
    ).rejects.toMatchObject({
      name: "ResourceNotFound",
    });
    await expect(sfn.send(new DescribeMapRunCommand({ mapRunArn: executionArn }))).rejects.toMatchObject({
      name: "InvalidArn",
    });
  });
});
