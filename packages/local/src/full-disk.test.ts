import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test, vi } from "vitest";
import { CAN_LIMIT_DISKS } from "./fixtures/disk-limit.js";
import { startStackProcess } from "./fixtures/stack-process.js";
import { useFolder } from "./fixtures/use-stack.js";

const Bucket = "processes";
const FULL = /^The data folder .* cannot be written: a file may not grow further \(EFBIG: .*\)\. Raise the limit/;

const textOf = async (s3: S3Client, Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe.runIf(CAN_LIMIT_DISKS)("S3 on a disk that fills", () => {
  const versioned = async (s3: S3Client) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  };

  const startUpload = async (s3: S3Client) => {
    const upload = { Bucket, Key: "large" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1 };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "part 1" }));
    const complete = { ...upload, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    return { part, complete };
  };

  test("each write is refused with 500 and what to do, and what was there stays", async () => {
    const dataDir = await useFolder();
    const { s3, fillDisk, warnings } = await startStackProcess(dataDir);
    await versioned(s3);
    await s3.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "old" }));
    const { part, complete } = await startUpload(s3);
    const before = await s3.send(new ListObjectVersionsCommand({ Bucket }));

    fillDisk();

    const TagSet = [{ Key: "a", Value: "b" }];
    const refusals = await Promise.allSettled([
      s3.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "new" })),
      s3.send(new PutObjectCommand({ Bucket, Key: "other", Body: Buffer.alloc(3_000_000) })),
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: "kept", Tagging: { TagSet } })),
      s3.send(new DeleteObjectCommand({ Bucket, Key: "kept" })),
      s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "next" })),
      s3.send(new UploadPartCommand({ ...part, PartNumber: 2, Body: "part 2" })),
      s3.send(new CompleteMultipartUploadCommand(complete)),
      s3.send(new CreateBucketCommand({ Bucket: "another" })),
    ]);

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        status: "rejected",
        reason: { name: "InternalError", message: expect.stringMatching(FULL), $metadata: { httpStatusCode: 500 } },
      });
    }
    expect(await textOf(s3, "kept")).toBe("old");
    expect((await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions).toEqual(before.Versions);
    expect(await readdir(join(dataDir, "s3", ".staging"))).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(FULL)]);
  });

  test("work goes on when there is room again, and nothing that was refused is there, also after a restart", async () => {
    const dataDir = await useFolder();
    const first = await startStackProcess(dataDir);
    await versioned(first.s3);
    const { complete } = await startUpload(first.s3);
    first.fillDisk();
    await expect(first.s3.send(new PutObjectCommand({ Bucket, Key: "refused", Body: "x" }))).rejects.toThrow(FULL);
    await expect(first.s3.send(new CompleteMultipartUploadCommand(complete))).rejects.toThrow(FULL);

    first.makeRoom();

    await first.s3.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "new" }));
    await first.s3.send(new CompleteMultipartUploadCommand(complete));
    await first.kill();
    const second = await startStackProcess(dataDir);
    const { Versions } = await second.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map(({ Key }) => Key)).toEqual(["kept", "large"]);
    expect([await textOf(second.s3, "kept"), await textOf(second.s3, "large")]).toEqual(["new", "part 1"]);
    expect(second.warnings).toEqual([]);
  });
});

describe.runIf(CAN_LIMIT_DISKS)("Step Functions on a disk that fills", () => {
  /** Executions that wait for a worker, and what the worker gets. */
  const waiting = async (sfn: SFNClient, names: readonly string[]) => {
    const { activityArn } = await sfn.send(new CreateActivityCommand({ name: "review" }));
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: "Orders",
        roleArn: "arn:aws:iam::000000000000:role/any",
        definition: JSON.stringify({
          StartAt: "Review",
          States: { Review: { Type: "Task", Resource: activityArn, Next: "Done" }, Done: { Type: "Pass", End: true } },
        }),
      }),
    );
    const tasks = [];
    for (const name of names) {
      const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: "{}" }));
      const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn }));
      tasks.push({ executionArn, taskToken });
    }
    return { stateMachineArn, tasks };
  };

  const succeed = (sfn: SFNClient, taskToken: string | undefined) =>
    sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"reviewed":true}' }));

  const statusOf = async (sfn: SFNClient, executionArn: string | undefined) =>
    (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;

  const historyOf = async (sfn: SFNClient, executionArn: string | undefined) =>
    (await sfn.send(new GetExecutionHistoryCommand({ executionArn }))).events ?? [];

  const typesOf = async (sfn: SFNClient, executionArn: string | undefined) => {
    const events = await historyOf(sfn, executionArn);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    return events.map(({ type }) => type);
  };

  const WHOLE = [
    "ExecutionStarted",
    "TaskStateEntered",
    "ActivityScheduled",
    "ActivityStarted",
    "ActivitySucceeded",
    "TaskStateExited",
    "PassStateEntered",
    "PassStateExited",
    "ExecutionSucceeded",
  ];

  test("nothing new is started, what runs goes on, and it ends when there is room", async () => {
    const { sfn, fillDisk, makeRoom, warnings } = await startStackProcess(await useFolder());
    const { stateMachineArn, tasks } = await waiting(sfn, ["ended", "running"]);
    const [ended, running] = tasks;
    await succeed(sfn, ended?.taskToken);
    await vi.waitFor(async () => expect(await statusOf(sfn, ended?.executionArn)).toBe("SUCCEEDED"));

    fillDisk();
    await succeed(sfn, running?.taskToken);

    await vi.waitFor(async () => expect(await typesOf(sfn, running?.executionArn)).toEqual(WHOLE));
    expect(await statusOf(sfn, running?.executionArn)).toBe("RUNNING");
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn, name: "refused" }))).rejects.toMatchObject({
      name: "InternalFailure",
      message: expect.stringMatching(FULL),
      $metadata: { httpStatusCode: 500 },
    });
    expect(await typesOf(sfn, ended?.executionArn)).toEqual(WHOLE);
    expect(warnings).toEqual([expect.stringMatching(FULL)]);

    makeRoom();

    await vi.waitFor(async () => expect(await statusOf(sfn, running?.executionArn)).toBe("SUCCEEDED"), 10_000);
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "refused" }));
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions?.map(({ name, status }) => [name, status])).toEqual([
      ["refused", "RUNNING"],
      ["running", "SUCCEEDED"],
      ["ended", "SUCCEEDED"],
    ]);
  });

  test("whoever stops an execution hears that it cannot be kept", async () => {
    const { sfn, fillDisk, makeRoom } = await startStackProcess(await useFolder());
    const { tasks } = await waiting(sfn, ["one"]);
    const executionArn = tasks[0]?.executionArn;

    fillDisk();
    await expect(sfn.send(new StopExecutionCommand({ executionArn }))).rejects.toThrow(FULL);
    makeRoom();

    await vi.waitFor(async () => expect(await statusOf(sfn, executionArn)).toBe("ABORTED"), 10_000);
  });

  test("lines that the disk took in part are never read back, in this process or the next", async () => {
    const dataDir = await useFolder();
    const first = await startStackProcess(dataDir);
    const { tasks } = await waiting(first.sfn, ["one", "two"]);
    const logs = join(dataDir, "stepfunctions", "histories");
    const sizes = await Promise.all((await readdir(logs)).map(async (name) => (await stat(join(logs, name))).size));

    // Both logs are in the middle of a line when they may not grow.
    first.fillDisk(Math.max(...sizes) + 50);
    await succeed(first.sfn, tasks[0]?.taskToken);
    await vi.waitFor(async () => expect(first.warnings).toHaveLength(1));
    first.makeRoom();
    await succeed(first.sfn, tasks[1]?.taskToken);

    for (const { executionArn } of tasks) {
      await vi.waitFor(async () => expect(await statusOf(first.sfn, executionArn)).toBe("SUCCEEDED"), 10_000);
    }
    await first.kill();
    const second = await startStackProcess(dataDir);
    for (const { executionArn } of tasks) {
      expect(await statusOf(second.sfn, executionArn)).toBe("SUCCEEDED");
      expect(await typesOf(second.sfn, executionArn)).toEqual(WHOLE);
    }
    expect(second.warnings).toEqual([]);
  });

  test.each(["is killed", "is closed"])("of a process that %s then, the next one can redrive what ran", async (how) => {
    const dataDir = await useFolder();
    const first = await startStackProcess(dataDir);
    const { tasks } = await waiting(first.sfn, ["ended", "one"]);
    const [ended, one] = tasks;
    await succeed(first.sfn, ended?.taskToken);
    await vi.waitFor(async () => expect(await statusOf(first.sfn, ended?.executionArn)).toBe("SUCCEEDED"));

    first.fillDisk();
    await succeed(first.sfn, one?.taskToken);
    await vi.waitFor(() => expect(first.warnings).toHaveLength(1));
    if (how === "is closed") expect(await first.close()).toMatch(FULL);
    await first.kill();

    const { sfn } = await startStackProcess(dataDir);
    expect(await typesOf(sfn, ended?.executionArn)).toEqual(WHOLE);
    expect(await statusOf(sfn, one?.executionArn)).toBe("ABORTED");
    expect((await typesOf(sfn, one?.executionArn)).at(-1)).toBe("ExecutionAborted");
    await sfn.send(new RedriveExecutionCommand({ executionArn: one?.executionArn }));
    expect(await statusOf(sfn, one?.executionArn)).toBe("RUNNING");
  });
});
