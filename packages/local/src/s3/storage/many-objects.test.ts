import { rm } from "node:fs/promises";
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { clientFor, temporaryFolder } from "../fixtures/serve.js";
import { serveInProcess } from "../fixtures/served-process.js";

const Bucket = "documents";
const METADATA_BYTES = 1_900;
const Metadata = { note: "n".repeat(METADATA_BYTES) };
const OBJECTS = 1_000;
const WRITERS = 16;

test("an object takes less memory than its metadata, which stays on disk", async () => {
  const dataDir = await temporaryFolder();
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const server = await serveInProcess(dataDir);
  onTestFinished(server.kill);
  const client = clientFor(server.port);
  onTestFinished(() => client.destroy());
  await client.send(new CreateBucketCommand({ Bucket }));
  const putAll = async (folder: string) => {
    const keys = Array.from({ length: OBJECTS }, (_, index) => `${folder}/${index}`).values();
    const put = async () => {
      for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata }));
    };
    await Promise.all(Array.from({ length: WRITERS }, put));
  };
  await putAll("first");
  const beforeBytes = await server.heapBytes();

  await putAll("second");
  const bytesPerObject = ((await server.heapBytes()) - beforeBytes) / OBJECTS;

  expect(bytesPerObject).toBeLessThan(METADATA_BYTES / 2);
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: "second/1" }))).toMatchObject({ Metadata });
});
