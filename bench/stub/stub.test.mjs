import { Readable } from "node:stream";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { BUCKET, FROZEN_BUCKET } from "../names.mjs";
import { freezeStub, readStats, resetStats, withStub } from "./start-stub.mjs";

const withS3 = (work, latencyMs = 0) =>
  withStub(latencyMs, (url) =>
    work(
      new S3Client({
        endpoint: url,
        region: "us-east-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      }),
      url,
    ),
  );

const object = (Key, fields = {}) => ({ Bucket: BUCKET, Key, ...fields });
const textOf = async (s3, input) => (await s3.send(new GetObjectCommand(input))).Body.transformToString();

test("a write creates, replaces its own version only, and never what another one has written", async () => {
  await withS3(async (s3) => {
    const put = (fields) => s3.send(new PutObjectCommand(object("a", fields)));
    const { ETag } = await put({ Body: "1", IfNoneMatch: "*" });
    await put({ Body: "2", IfMatch: ETag });

    await expect(put({ Body: "3", IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put({ Body: "3", IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await textOf(s3, object("a"))).toBe("2");
    const missing = new PutObjectCommand(object("missing", { Body: "1", IfMatch: ETag }));
    await expect(s3.send(missing)).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

test("metadata comes back from HEAD and GET, a range is answered in part, and keys are listed by prefix", async () => {
  await withS3(async (s3) => {
    await s3.send(new PutObjectCommand(object("t/b.json", { Body: "0123456789", Metadata: { step: "b" } })));
    await s3.send(new PutObjectCommand(object("t/a.json", { Body: "{}" })));
    await s3.send(new PutObjectCommand(object("u", { Body: "{}" })));

    expect(await s3.send(new HeadObjectCommand(object("t/b.json")))).toMatchObject({
      ContentLength: 10,
      Metadata: { step: "b" },
    });
    expect(await textOf(s3, object("t/b.json", { Range: "bytes=2-4" }))).toBe("234");
    expect(await textOf(s3, object("t/b.json", { Range: "bytes=-3" }))).toBe("789");
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "t/" }));
    expect(Contents.map(({ Key, Size }) => [Key, Size])).toEqual([
      ["t/a.json", 2],
      ["t/b.json", 10],
    ]);
  });
});

test("what a client streams arrives without its framing", async () => {
  await withS3(async (s3) => {
    const Body = Readable.from([Buffer.from("ab"), Buffer.alloc(100_000, "c")]);
    await s3.send(new PutObjectCommand(object("streamed", { Body, ContentLength: 100_002 })));

    expect(await textOf(s3, object("streamed"))).toBe(`ab${"c".repeat(100_000)}`);
  });
});

test("a frozen sidecar stays as it was, in both layouts, and a write is held to its condition all the same", async () => {
  await withS3(async (s3, url) => {
    await s3.send(new PutObjectCommand(object("txn", { Body: "{}", Metadata: { kept: "yes" } })));
    await s3.send(new PutObjectCommand(object("txn/input.json", { Body: "[]" })));
    await s3.send(new PutObjectCommand(object("txn2", { Body: "{}" })));
    await freezeStub(url, "txn");
    const put = (Key, fields) => s3.send(new PutObjectCommand({ Bucket: FROZEN_BUCKET, Key, Body: "new", ...fields }));
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: FROZEN_BUCKET, Key: "txn" }));

    await put("txn", { IfMatch: ETag });
    await put("txn", { IfMatch: ETag });
    await put("txn/new.json", { IfNoneMatch: "*" });
    await put("txn/new.json", { IfNoneMatch: "*" });
    await expect(put("txn", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await textOf(s3, { Bucket: FROZEN_BUCKET, Key: "txn" })).toBe("{}");
    expect(await textOf(s3, { Bucket: FROZEN_BUCKET, Key: "txn/input.json" })).toBe("[]");
    await expect(textOf(s3, object("txn"))).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await textOf(s3, object("txn2"))).toBe("{}");
  });
});

test("requests, lost races and bytes are counted, and publishes apart from them", async () => {
  await withS3(async (s3, url) => {
    await s3.send(new PutObjectCommand(object("a", { Body: "12345" })));
    await resetStats(url);
    await textOf(s3, object("a"));
    await s3.send(new PutObjectCommand(object("a", { Body: "123", IfNoneMatch: "*" }))).catch(() => undefined);
    await fetch(`${url}/topics/t`, { method: "POST", body: "{}" });

    expect(await readStats(url)).toMatchObject({
      requests: 2,
      GET: 1,
      PUT: 1,
      lostRaces: 1,
      bytesDown: 5,
      bytesUp: 3,
      publishes: 1,
    });
  });
});

test("each request takes as long on its way as the stub was told", async () => {
  await withS3(async (s3) => {
    const start = performance.now();
    await s3.send(new PutObjectCommand(object("a", { Body: "1" })));

    expect(performance.now() - start).toBeGreaterThanOrEqual(98);
  }, 100);
});

test("a request that the stub does not know is refused by name, and not answered with success", async () => {
  await withStub(0, async (url) => {
    const response = await fetch(`${url}/${BUCKET}/a?uploads`, { method: "POST" });

    expect(response.status).toBe(501);
    expect(await response.text()).toContain("POST with 'uploads'");
  });
});
