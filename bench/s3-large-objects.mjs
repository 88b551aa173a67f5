import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createS3 } from "@sfs3/local";

// Streams objects of 1 GiB (or of the MiB given) through an embedded S3 in a process of its own, and prints how long each
// way took and the most memory that the process has had.

const MB = 1024 * 1024;
const PART_BYTES = 64 * MB;
const CHUNK = Buffer.alloc(MB, "large ");
const at = { Bucket: "documents", Key: "large" };

if (process.send === undefined) await measure(Number(process.argv[2] ?? 1024) * MB);
else await serve(process.argv[2]);

async function serve(dataDir) {
  const s3 = await createS3({ dataDir });
  await s3.createBucket(at.Bucket);
  const server = createServer(s3.handle).listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("message", () => process.send(process.resourceUsage().maxRSS * 1024));
}

async function measure(sizeBytes) {
  const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
  const server = fork(fileURLToPath(import.meta.url), [dataDir]);
  try {
    const [port] = await once(server, "message");
    await measureWays(clientOf(port), server, sizeBytes);
  } finally {
    server.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function clientOf(port) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new S3Client({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", forcePathStyle: true, credentials });
}

async function measureWays(client, server, sizeBytes) {
  const ways = [
    ["at rest, after a small object", () => client.send(new PutObjectCommand({ ...at, Body: "1" }))],
    ["PutObject, aws-chunked with CRC32", () => putWhole(client, sizeBytes)],
    ["GetObject", () => readBack(client, sizeBytes)],
    ["CopyObject", () => client.send(new CopyObjectCommand({ ...at, Key: "copy", CopySource: "documents/large" }))],
    ["UploadPart, 64 MiB each, and CompleteMultipartUpload", () => putParts(client, sizeBytes)],
    ["GetObject", () => readBack(client, sizeBytes)],
  ];
  console.log(`Objects of ${sizeBytes / MB} MiB\n\n| | s | peak RSS, MB |\n| --- | --- | --- |`);
  for (const [name, run] of ways) {
    const start = performance.now();
    await run();
    const seconds = (performance.now() - start) / 1000;
    server.send("peak");
    const [peakBytes] = await once(server, "message");
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${(peakBytes / 1e6).toFixed(0)} |`);
  }
}

function chunks(sizeBytes) {
  return Readable.from(Array.from({ length: sizeBytes / MB }, () => CHUNK));
}

function putWhole(client, sizeBytes) {
  return client.send(new PutObjectCommand({ ...at, Body: chunks(sizeBytes), ContentLength: sizeBytes }));
}

async function putParts(client, sizeBytes) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
  const Parts = [];
  for (let PartNumber = 1; (PartNumber - 1) * PART_BYTES < sizeBytes; PartNumber++) {
    const ContentLength = Math.min(PART_BYTES, sizeBytes - (PartNumber - 1) * PART_BYTES);
    const part = { ...at, UploadId, PartNumber, Body: chunks(ContentLength), ContentLength };
    const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand(part));
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
}

async function digest(body) {
  const hash = createHash("md5");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

async function readBack(client, sizeBytes) {
  const { Body } = await client.send(new GetObjectCommand(at));
  if ((await digest(Body)) !== (await digest(chunks(sizeBytes)))) throw new Error("The object came back changed.");
}
