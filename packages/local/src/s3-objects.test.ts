import { PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "./asl/fixtures/collect.js";
import { clientConfig, useStack } from "./fixtures/use-stack.js";
import { s3Objects } from "./s3-objects.js";

async function useObjects() {
  const stack = await useStack();
  await stack.s3.createBucket("data");
  return { stack, s3: stack.s3, objects: s3Objects(stack.s3) };
}

const textOf = async (body: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(body)).toString();

test("every object under a prefix is listed, however many pages that takes", async () => {
  const { s3, objects } = await useObjects();
  const keys = Array.from({ length: 1_001 }, (_, index) => `in/${String(index).padStart(4, "0")}`);
  await Promise.all([...keys, "other"].map((key) => s3.putObject("data", key, "12")));

  const listed = await collect(objects.list("data", "in/"));

  expect(listed.map(({ key }) => key)).toEqual(keys);
  expect(listed[0]).toMatchObject({ sizeBytes: 2, storageClass: "STANDARD", etag: expect.stringMatching(/^".+"$/) });
});

test("an earlier version is read where it is asked for", async () => {
  const { stack, s3, objects } = await useObjects();
  const client = new S3Client({ ...clientConfig(stack), forcePathStyle: true });
  onTestFinished(() => client.destroy());
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: "data", VersioningConfiguration }));
  await s3.putObject("data", "list", "[1]");
  const versionId = s3.headObject("data", "list")?.versionId;
  await s3.putObject("data", "list", "[2]");

  expect(await textOf(await objects.read({ bucket: "data", key: "list", versionId }))).toBe("[1]");
  expect(await textOf(await objects.read({ bucket: "data", key: "list" }))).toBe("[2]");
});

test("what cannot be read or written fails by S3's name", async () => {
  const { objects } = await useObjects();

  await expect(objects.read({ bucket: "data", key: "gone" })).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(objects.read({ bucket: "nowhere", key: "gone" })).rejects.toMatchObject({ name: "NoSuchBucket" });
  const nothing = (async function* () {})();
  await expect(objects.write({ bucket: "nowhere", key: "k" }, nothing)).rejects.toMatchObject({ name: "NoSuchBucket" });
});
