import { PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "./asl/fixtures/collect.js";
import { clientConfig, useFolder, useStack } from "./fixtures/use-stack.js";
import { createS3, type S3 } from "./s3/index.js";
import { s3Objects } from "./s3-objects.js";

async function useS3(): Promise<S3> {
  const s3 = await createS3({ dataDir: await useFolder() });
  onTestFinished(s3.close);
  await s3.createBucket("data");
  return s3;
}

const textOf = async (body: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(body)).toString();

test("every object under a prefix is listed, however many pages that takes", async () => {
  const s3 = await useS3();
  for (const key of ["in/1", "in/2", "in/3", "other"]) await s3.putObject("data", key, "12");
  const inPages: S3 = {
    ...s3,
    listObjectsV2: (bucket, options) => s3.listObjectsV2(bucket, { ...options, maxKeys: 2 }),
  };

  const listed = await collect(s3Objects(inPages).list("data", "in/"));

  expect(listed.map(({ key }) => key)).toEqual(["in/1", "in/2", "in/3"]);
  expect(listed[0]).toMatchObject({ sizeBytes: 2, storageClass: "STANDARD", etag: expect.stringMatching(/^".+"$/) });
});

test("an earlier version is read where it is asked for", async () => {
  const stack = await useStack();
  const client = new S3Client({ ...clientConfig(stack), forcePathStyle: true });
  onTestFinished(() => client.destroy());
  await stack.s3.createBucket("data");
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: "data", VersioningConfiguration }));
  await stack.s3.putObject("data", "list", "[1]");
  const versionId = stack.s3.headObject("data", "list")?.versionId;
  await stack.s3.putObject("data", "list", "[2]");

  const { read } = s3Objects(stack.s3);

  expect(await textOf(await read({ bucket: "data", key: "list", versionId }))).toBe("[1]");
  expect(await textOf(await read({ bucket: "data", key: "list" }))).toBe("[2]");
});

test("what cannot be read, listed or written fails by S3's name", async () => {
  const objects = s3Objects(await useS3());
  const nothing = (async function* () {})();

  await expect(objects.read({ bucket: "data", key: "gone" })).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(objects.read({ bucket: "nowhere", key: "gone" })).rejects.toMatchObject({ name: "NoSuchBucket" });
  await expect(collect(objects.list("nowhere", ""))).rejects.toMatchObject({ name: "NoSuchBucket" });
  await expect(objects.write({ bucket: "nowhere", key: "k" }, nothing)).rejects.toMatchObject({ name: "NoSuchBucket" });
});
