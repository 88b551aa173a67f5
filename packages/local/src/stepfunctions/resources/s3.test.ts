import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { useStack } from "../../fixtures/use-stack.js";

const S3 = "arn:aws:states:::aws-sdk:s3";

/** A stack with a bucket, and a way to run one Task against it. */
async function useTask() {
  const stack = await useStack();
  await stack.s3.createBucket("documents");
  const run = async (operation: string, Arguments: unknown) => {
    const definition = JSON.stringify({
      QueryLanguage: "JSONata",
      StartAt: "Work",
      States: { Work: { Type: "Task", Resource: `${S3}:${operation}`, Arguments, End: true } },
    });
    const name = `machine-${operation}-${createHash("md5").update(definition).digest("hex")}`;
    const { stateMachineArn } = await stack.stepFunctions.createStateMachine({ name, definition });
    const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn });
    const { output, ...ended } = await stack.stepFunctions.completion(executionArn);
    return { ...ended, output: output === undefined ? undefined : JSON.parse(output) };
  };
  return { s3: stack.s3, run };
}

test("getObject gives the body as text beside what S3 says of the object", async () => {
  const { s3, run } = await useTask();
  await s3.putObject("documents", "a", "text data", { metadata: { owner: "ada" } });

  const { output } = await run("getObject", { Bucket: "documents", Key: "a" });

  expect(output).toEqual({
    AcceptRanges: "bytes",
    Body: "text data",
    ContentLength: 9,
    ContentType: "binary/octet-stream",
    ETag: '"332eec544317a6d340b8e77da7fe54ad"',
    LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    Metadata: { owner: "ada" },
    ServerSideEncryption: "AES256",
  });
});

test("getObject reads a range, and an empty object as an empty text", async () => {
  const { s3, run } = await useTask();
  await s3.putObject("documents", "a", "text data");
  await s3.putObject("documents", "empty", "");

  const range = await run("getObject", { Bucket: "documents", Key: "a", Range: "bytes=5-" });
  const empty = await run("getObject", { Bucket: "documents", Key: "empty" });

  expect(range.output).toMatchObject({ Body: "data", ContentRange: "bytes 5-8/9", ContentLength: 4 });
  expect(empty.output).toMatchObject({ Body: "", ContentLength: 0 });
});

test.each([
  ["text data", '"text data"', '"2b5df3712557f503a9977a8ea893b2c9"', "KUmHvQ=="],
  [{ Dict: "Value" }, '{"Dict":"Value"}', '"49e31cee5aec8faf3345893addb14346"', "hnEfWw=="],
  [["List", "Data"], '["List","Data"]', '"6b23860357f6e63a0272b7f1143a663a"', "1F2MPA=="],
  [0, "0", '"cfcd208495d565ef66e7dff9f98764da"', "9NvfIQ=="],
])("putObject writes %j as its JSON, and tells the checksums", async (Body, text, ETag, ChecksumCRC32) => {
  const { s3, run } = await useTask();

  const { output } = await run("putObject", { Bucket: "documents", Key: "a/b c", Body });

  expect(output).toEqual({ ChecksumCRC32, ChecksumType: "FULL_OBJECT", ETag, ServerSideEncryption: "AES256" });
  expect((await s3.getObject("documents", "a/b c"))?.body.toString()).toBe(text);
});

test("putObject sets metadata and content type, on a condition", async () => {
  const { s3, run } = await useTask();
  const args = {
    Bucket: "documents",
    Key: "a",
    Body: { n: 1 },
    ContentType: "application/json",
    Metadata: { owner: "ada" },
    IfNoneMatch: "*",
  };

  expect((await run("putObject", args)).status).toBe("SUCCEEDED");
  const second = await run("putObject", { ...args, Body: { n: 2 } });

  expect(await s3.getObject("documents", "a")).toMatchObject({
    contentType: "application/json",
    metadata: { owner: "ada" },
  });
  expect(second.error).toBe("S3.S3Exception");
  expect(second.cause).toMatch(
    /^At least one of the pre-conditions you specified did not hold \(Service: S3, Status Code: 412, Request ID: \S+, Extended Request ID: \S+\)$/,
  );
});

test("headObject gives what getObject gives, without a body", async () => {
  const { s3, run } = await useTask();
  await s3.putObject("documents", "a", "text data");

  const { output } = await run("headObject", { Bucket: "documents", Key: "a" });

  expect(output).toMatchObject({ ContentLength: 9, ETag: '"332eec544317a6d340b8e77da7fe54ad"', Metadata: {} });
  expect(output).not.toHaveProperty("Body");
});

test("listObjectsV2 lists page by page", async () => {
  const { s3, run } = await useTask();
  for (const key of ["a/1", "a/2", "b/1"]) await s3.putObject("documents", key, key);
  const args = { Bucket: "documents", Prefix: "a/", MaxKeys: 1 };

  const { output: first } = await run("listObjectsV2", args);
  const { output: last } = await run("listObjectsV2", { ...args, ContinuationToken: first.NextContinuationToken });

  const entry = { Size: 3, StorageClass: "STANDARD", ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) };
  expect(first).toMatchObject({ Contents: [{ Key: "a/1", ...entry }], IsTruncated: true, KeyCount: 1, MaxKeys: 1 });
  expect(first.Contents[0].LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  expect(last).toMatchObject({ Contents: [{ Key: "a/2" }], IsTruncated: false, Name: "documents", Prefix: "a/" });
});

test.each([
  ["getObject", { Bucket: "documents", Key: "none" }, "S3.NoSuchKeyException", "The specified key does not exist."],
  ["headObject", { Bucket: "documents", Key: "none" }, "S3.NoSuchKeyException", "The specified key does not exist."],
  ["getObject", { Bucket: "absent", Key: "none" }, "S3.NoSuchBucketException", "The specified bucket does not exist"],
  ["listObjectsV2", { Bucket: "absent" }, "S3.NoSuchBucketException", "The specified bucket does not exist"],
])("%s of %j fails with %s in S3's words", async (operation, args, name, message) => {
  const { run } = await useTask();

  const { error, cause } = await run(operation, args);

  expect(error).toBe(name);
  expect(cause?.startsWith(`${message} (Service: S3, Status Code: 404, Request ID: `)).toBe(true);
  expect(cause).toMatch(/Request ID: [^,]+, Extended Request ID: [^,]+\)$/);
});

test.each([
  ["getObject", { Bucket: "documents" }, 'The field "Key" is required but was missing'],
  [
    "getObject",
    { Bucket: "documents", Key: "a", Delimiter: "/" },
    'The field "Delimiter" is not supported by Step Functions',
  ],
  [
    "putObject",
    { Bucket: "documents", Key: "a", Metadata: { n: 1 } },
    "The value for the field 'Metadata' must be a MAP",
  ],
  ["listObjectsV2", { Bucket: "documents", MaxKeys: "7" }, "The value for the field 'MaxKeys' must be a INTEGER"],
])("%s refuses the arguments %j", async (operation, args, problem) => {
  const { run } = await useTask();

  const { error, cause } = await run(operation, args);

  expect(error).toBe("States.Runtime");
  expect(cause).toBe(`The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${problem}]`);
});

test("getObject of what no state can hold fails without reading it", async () => {
  const { s3, run } = await useTask();
  await s3.putObject("documents", "large", Buffer.alloc(262_145, "x"));

  const { error, cause } = await run("getObject", { Bucket: "documents", Key: "large" });

  expect(error).toBe("States.DataLimitExceeded");
  expect(cause).toContain(`'${S3}:getObject' returned a result with a size exceeding`);
});
