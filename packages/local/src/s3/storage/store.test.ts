import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createS3, type S3 } from "../create-s3.js";
import { type Served, SIGNED, sendRaw, serve, temporaryFolder } from "../fixtures/serve.js";
import { encodeFooter } from "./footer.js";
import { objectFileName } from "./object-file-name.js";

let dataDir: string;
let warnings: string[];
let running: S3 | undefined;

beforeEach(async () => {
  dataDir = await temporaryFolder();
  warnings = [];
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(dataDir, { recursive: true });
});

/** Starts on the test's folder, once more where it was started before. */
async function start(): Promise<S3> {
  await running?.close();
  running = await createS3({ dataDir, now: () => 1_000, warn: (message) => warnings.push(message) });
  return running;
}

function fileOf(key: string) {
  return join(dataDir, "documents", objectFileName(key));
}

describe("after a restart", () => {
  test("buckets and objects are as they were", async () => {
    const before = await start();
    await before.createBucket("documents");
    await before.createBucket("empty");
    await before.putObject("documents", "../é", "body", { metadata: { large: "x".repeat(2000) } });
    await before.putObject("documents", "none", "");
    const object = await before.getObject("documents", "../é");
    await before.close();

    const after = await start();

    expect(after.listKeys("documents")).toEqual(["../é", "none"]);
    expect(await after.getObject("documents", "../é")).toEqual(object);
    expect((await after.getObject("documents", "none"))?.body).toHaveLength(0);
    expect(after.listKeys("empty")).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("a deleted object and bucket stay so", async () => {
    const served = await serve({ dataDir });
    await served.s3.createBucket("documents");
    await served.s3.createBucket("short-lived");
    await served.s3.putObject("documents", "a", "1");
    const remove = (path: string) =>
      sendRaw(served.port, `DELETE ${path} HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nConnection: close\r\n\r\n`);

    expect(await remove("/documents/a")).toMatch(/^HTTP\/1.1 204 /);
    expect(await remove("/short-lived")).toMatch(/^HTTP\/1.1 204 /);
    await served.stop();
    const after = await start();

    expect(after.listKeys("documents")).toEqual([]);
    expect(() => after.listKeys("short-lived")).toThrow(expect.objectContaining({ code: "NoSuchBucket" }));
  });

  test("versions, delete markers and the bucket's versioning are as they were", async () => {
    const before = await serve({ dataDir });
    const at = { Bucket: "documents", Key: "a" };
    await before.s3.createBucket("documents");
    await before.s3.putObject("documents", "a", "null");
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await before.client.send(new PutBucketVersioningCommand({ Bucket: "documents", VersioningConfiguration }));
    await before.s3.putObject("documents", "a", "second");
    await before.client.send(new DeleteObjectCommand(at));
    const list = async ({ client }: Served) => {
      const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: "documents" }));
      return { Versions, DeleteMarkers };
    };
    const versions = await list(before);
    await before.stop();

    const after = await serve({ dataDir });

    expect(await list(after)).toEqual(versions);
    expect(after.s3.listKeys("documents")).toEqual([]);
    await after.s3.putObject("documents", "a", "third");
    expect((await list(after)).Versions?.map(({ VersionId, IsLatest }) => [VersionId === "null", IsLatest])).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ]);
    expect(after.warnings).toEqual([]);
    await after.stop();
  });

  test("a multipart upload goes on, and one whose object has appeared is over", async () => {
    const before = await serve({ dataDir });
    const at = { Bucket: "documents", Key: "a" };
    await before.s3.createBucket("documents");
    const { UploadId } = await before.client.send(new CreateMultipartUploadCommand(at));
    const part = { ...at, UploadId, PartNumber: 1 };
    const { ETag, ChecksumCRC32 } = await before.client.send(new UploadPartCommand({ ...part, Body: "body" }));
    await before.stop();
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
    const uploads = join(dataDir, "documents", ".uploads");
    await cp(uploads, join(dataDir, ".aside"), { recursive: true });

    const after = await serve({ dataDir });
    await after.client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    await after.stop();
    // As if the process had been killed before it removed the upload.
    await rename(join(dataDir, ".aside", UploadId ?? ""), join(uploads, UploadId ?? ""));
    await rm(join(dataDir, ".aside"), { recursive: true });
    const later = await serve({ dataDir });

    expect(await readdir(uploads)).toEqual([]);
    expect((await later.s3.getObject("documents", "a"))?.body.toString()).toBe("body");
    expect([...after.warnings, ...later.warnings]).toEqual([]);
    await later.stop();
  });

  test("what an interrupted write left is gone, and the old object whole", async () => {
    const before = await start();
    await before.createBucket("documents");
    await before.putObject("documents", "a", "old");
    await writeFile(join(dataDir, ".staging", "half-written"), "ne");

    const after = await start();

    expect(await readdir(join(dataDir, ".staging"))).toEqual([]);
    expect((await after.getObject("documents", "a"))?.body.toString()).toBe("old");
    expect(warnings).toEqual([]);
  });
});

describe("a file that is not whole", () => {
  beforeEach(async () => {
    const s3 = await start();
    await s3.createBucket("documents");
    await s3.putObject("documents", "a", "the body");
    await s3.putObject("documents", "b", "intact");
  });

  test("is passed over with a warning, wherever it is cut", async () => {
    const whole = await readFile(fileOf("a"));

    for (let length = whole.length - 1; length >= 0; length--) {
      await truncate(fileOf("a"), length);
      expect((await start()).listKeys("documents")).toEqual(["b"]);
    }

    expect(warnings).toHaveLength(whole.length);
    expect(warnings[0]).toContain(fileOf("a"));
  });

  test("is passed over where any byte of its record is another", async () => {
    const whole = await readFile(fileOf("a"));

    for (let at = "the body".length; at < whole.length; at++) {
      const garbled = Buffer.from(whole);
      garbled[at] = (garbled[at] ?? 0) ^ 0xff;
      await writeFile(fileOf("a"), garbled);
      expect((await start()).listKeys("documents")).toEqual(["b"]);
    }
  });

  test("is told of where it is torn under a running S3, and one that is gone is no object", async () => {
    const problem = `${fileOf("a")} is torn: restore or remove it, and start S3 anew.`;
    await truncate(fileOf("a"), 3);
    await rm(fileOf("b"));

    expect(() => running?.headObject("documents", "a")).toThrow(problem);
    await expect(running?.getObject("documents", "a")).rejects.toThrow(problem);
    expect(running?.headObject("documents", "b")).toBeUndefined();
  });

  test("can be written again", async () => {
    await truncate(fileOf("a"), 3);
    const s3 = await start();

    await s3.putObject("documents", "a", "anew");

    expect((await (await start()).getObject("documents", "a"))?.body.toString()).toBe("anew");
  });
});

test("an object from before there were versions is the null version", async () => {
  await (await start()).createBucket("documents");
  const record = { key: "a", sizeBytes: 3, etag: "old", lastModifiedMs: 1, headers: { "content-type": "text/plain" } };
  await writeFile(fileOf("a"), Buffer.concat([Buffer.from("old"), encodeFooter(record, 3)]));

  const s3 = await start();

  expect(await s3.getObject("documents", "a")).toMatchObject({ body: Buffer.from("old"), contentType: "text/plain" });
  expect(s3.headObject("documents", "a", { versionId: "null" })).toMatchObject({ etag: '"old"' });
  await s3.putObject("documents", "a", "new");
  expect((await (await start()).getObject("documents", "a"))?.body.toString()).toBe("new");
});

test("files and folders of others are left alone, with a warning for each", async () => {
  await (await start()).createBucket("documents");
  await writeFile(join(dataDir, "documents", "notes.txt"), "mine");
  await writeFile(join(dataDir, "documents", "foreign.object"), "mine");
  await mkdir(join(dataDir, "no-bucket"));
  await writeFile(join(dataDir, "README"), "mine");

  const s3 = await start();

  expect(s3.listKeys("documents")).toEqual([]);
  expect(() => s3.listKeys("no-bucket")).toThrow(expect.objectContaining({ code: "NoSuchBucket" }));
  expect(warnings).toHaveLength(4);
  expect(await readFile(join(dataDir, "documents", "notes.txt"), "utf8")).toBe("mine");
});

test("an object moved to another key's file is passed over", async () => {
  const before = await start();
  await before.createBucket("documents");
  await before.putObject("documents", "a", "1");
  await writeFile(fileOf("b"), await readFile(fileOf("a")));

  const after = await start();

  expect(after.listKeys("documents")).toEqual(["a"]);
  expect(warnings).toHaveLength(1);
});

test("writes, refused ones included, leave nothing in the staging folder", async () => {
  const served = await serve({ dataDir });
  await served.s3.createBucket("documents");
  await served.s3.putObject("documents", "a", "1");
  const put = (headers: string) =>
    sendRaw(
      served.port,
      `PUT /documents/a HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nConnection: close\r\nContent-Length: 2\r\n${headers}\r\n\r\nhi`,
    );

  expect(await put("If-None-Match: *")).toMatch(/^HTTP\/1.1 412 /);
  expect(await put("x-amz-checksum-crc32: AAAAAA==")).toMatch(/^HTTP\/1.1 400 /);
  expect(await put("x-amz-meta-plain: yes")).toMatch(/^HTTP\/1.1 200 /);

  expect(await readdir(join(dataDir, ".staging"))).toEqual([]);
  await served.stop();
});
