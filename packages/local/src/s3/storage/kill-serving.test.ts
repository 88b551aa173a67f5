import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { clientFor, serve, temporaryFolder } from "../fixtures/serve.js";
import { serveInProcess } from "../fixtures/served-process.js";

const PART_BYTES = [5 * 1024 * 1024, 1000];

/** What the server has answered for, and what it was asked for when it died. */
interface Acknowledged {
  readonly versions: Set<string>;
  /** The byte of which the multipart object consists. */
  completed: number | undefined;
  /** That of an upload whose parts are all there. */
  uploaded: number | undefined;
  attempted: number | undefined;
}

interface Churn {
  readonly client: S3Client;
  readonly acknowledged: Acknowledged;
  /** Hears of each operation that the server has answered. */
  readonly answered: () => void;
}

const bodyOf = (byte: number, sizeBytes: number) => Buffer.alloc(sizeBytes, byte);
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

/** Writes versions, now and then hides them by a delete marker, and deletes the oldest. */
async function churnVersions({ client, acknowledged, answered }: Churn): Promise<void> {
  const at = { Bucket: "versioned", Key: "v" };
  for (let i = 1; ; i++) {
    const { VersionId = "" } =
      i % 3 === 0
        ? await client.send(new DeleteObjectCommand(at))
        : await client.send(new PutObjectCommand({ ...at, Body: bodyOf(i, 50_000) }));
    acknowledged.versions.add(VersionId);
    answered();
    const [oldest] = acknowledged.versions;
    if (i % 5 !== 0 || oldest === undefined) continue;
    acknowledged.versions.delete(oldest);
    await client.send(new DeleteObjectCommand({ ...at, VersionId: oldest }));
  }
}

async function churnUploads({ client, acknowledged, answered }: Churn): Promise<void> {
  const at = { Bucket: "plain", Key: "m" };
  for (let byte = (acknowledged.completed ?? 0) + 1; ; byte++) {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    // From its last part on, whose answer may be lost, the upload can be completed by whoever finds it.
    acknowledged.attempted = byte;
    const Parts = [];
    for (const [index, sizeBytes] of PART_BYTES.entries()) {
      const part = { ...at, UploadId, PartNumber: index + 1, Body: bodyOf(byte, sizeBytes) };
      const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand(part));
      Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC32 });
    }
    acknowledged.uploaded = byte;
    await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    acknowledged.completed = byte;
    answered();
  }
}

async function createBuckets(client: S3Client): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: "plain" }));
  await client.send(new CreateBucketCommand({ Bucket: "versioned" }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: "versioned", VersioningConfiguration }));
}

/** Lets both churn, and kills the server in the middle of what comes after `operations` and a completed upload. */
async function killWhileServing(dataDir: string, acknowledged: Acknowledged, operations: number): Promise<void> {
  const server = await serveInProcess(dataDir);
  const client = clientFor(server.port);
  if (acknowledged.attempted === undefined) await createBuckets(client);
  let left = operations;
  let killed: Promise<void> | undefined;
  const answered = () => {
    left -= 1;
    if (left <= 0 && acknowledged.completed !== undefined) killed ??= server.kill();
  };

  const churn = { client, acknowledged, answered };
  const outcomes = await Promise.allSettled([churnVersions(churn), churnUploads(churn)]);

  await killed;
  client.destroy();
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
}

async function read(client: S3Client, input: { Bucket: string; Key: string; VersionId?: string | undefined }) {
  const { Body, ETag } = await client.send(new GetObjectCommand(input));
  return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: ETag };
}

async function expectWholeVersions(client: S3Client, { versions }: Acknowledged): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: "versioned" }),
  );
  const listed = new Set([...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId));
  expect([...versions].filter((id) => !listed.has(id))).toEqual([]);
  for (const { VersionId } of Versions) {
    const { body, etag } = await read(client, { Bucket: "versioned", Key: "v", VersionId });
    expect(body.equals(bodyOf(body[0] ?? 0, 50_000))).toBe(true);
    expect(etag).toBe(`"${md5(body).toString("hex")}"`);
  }
}

async function expectWholeUpload(client: S3Client, { completed, attempted }: Acknowledged): Promise<number> {
  const { body, etag } = await read(client, { Bucket: "plain", Key: "m" });
  const byte = body[0] ?? 0;
  const parts = PART_BYTES.map((sizeBytes) => bodyOf(byte, sizeBytes));
  expect([completed, attempted]).toContain(byte);
  expect(body.equals(Buffer.concat(parts))).toBe(true);
  expect(etag).toBe(`"${md5(Buffer.concat(parts.map(md5))).toString("hex")}-2"`);
  return byte;
}

/** Completes what was in progress with whatever parts it has. */
async function finishUploads(client: S3Client): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: "plain" }));
  for (const { UploadId } of Uploads) {
    const at = { Bucket: "plain", Key: "m", UploadId };
    const { Parts = [] } = await client.send(new ListPartsCommand(at));
    if (Parts.length < PART_BYTES.length) continue;
    await client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
  }
}

test("a process killed while it serves leaves every version and upload whole, and loses nothing it answered for", async () => {
  const dataDir = await temporaryFolder();
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const acknowledged: Acknowledged = {
    versions: new Set(),
    completed: undefined,
    uploaded: undefined,
    attempted: undefined,
  };

  for (const operations of [14, 23, 31]) {
    await killWhileServing(dataDir, acknowledged, operations);
    const after = await serve({ dataDir });

    expect(await readdir(join(dataDir, ".staging"))).toEqual([]);
    await expectWholeVersions(after.client, acknowledged);
    acknowledged.completed = await expectWholeUpload(after.client, acknowledged);
    await finishUploads(after.client);
    acknowledged.uploaded = await expectWholeUpload(after.client, {
      ...acknowledged,
      completed: acknowledged.uploaded,
    });
    acknowledged.completed = acknowledged.uploaded;

    expect(after.warnings).toEqual([]);
    await after.stop();
  }
});
