import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect, onTestFinished, test } from "vitest";
import { clientFor, temporaryFolder } from "../fixtures/serve.js";
import { serveInProcess } from "../fixtures/served-process.js";

const MB = 1024 * 1024;
const SIZE_BYTES = 200 * MB;
const CHUNK = Buffer.alloc(MB, "large ");
const Bucket = "documents";

function largeBody(): Readable {
  return Readable.from(Array.from({ length: SIZE_BYTES / MB }, () => CHUNK));
}

async function digest(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

async function readBack(client: S3Client, Key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return digest(Body as Readable);
}

test("a large object is put, copied, uploaded in parts and read in a memory that does not grow with it", async () => {
  const dataDir = await temporaryFolder();
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const server = await serveInProcess(dataDir);
  onTestFinished(server.kill);
  const client = clientFor(server.port);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: "small", Body: "1" }));
  const beforeBytes = await server.peakBytes();

  await client.send(new PutObjectCommand({ Bucket, Key: "put", Body: largeBody(), ContentLength: SIZE_BYTES }));
  await client.send(new CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/put` }));
  await new Upload({ client, params: { Bucket, Key: "parts", Body: largeBody() }, partSize: 16 * MB }).done();
  const digests = [];
  for (const Key of ["put", "copied", "parts"]) digests.push(await readBack(client, Key));

  expect(new Set(digests)).toEqual(new Set([await digest(largeBody())]));
  expect((await server.peakBytes()) - beforeBytes).toBeLessThan(SIZE_BYTES / 2);
});
