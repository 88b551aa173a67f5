import { mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createS3, type S3 } from "../create-s3.js";
import { SIGNED, sendRaw, serve, temporaryFolder } from "../fixtures/serve.js";
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

  test("can be written again", async () => {
    await truncate(fileOf("a"), 3);
    const s3 = await start();

    await s3.putObject("documents", "a", "anew");

    expect((await (await start()).getObject("documents", "a"))?.body.toString()).toBe("anew");
  });
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
