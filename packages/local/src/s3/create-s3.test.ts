import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Served, serve } from "./fixtures/serve.js";

const NOW_MS = Date.UTC(2026, 0, 31, 12, 30, 15, 250);
const Bucket = "documents";
let served: Served;

beforeEach(async () => {
  served = await serve({ now: () => NOW_MS });
  await served.s3.createBucket(Bucket);
});
afterEach(() => served.stop());

function put(Key: string, Body: string, more: object = {}) {
  return served.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

async function read(Key: string, more: object = {}) {
  const answer = await served.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: await answer.Body?.transformToString() };
}

function refusal(code: string, status: number) {
  return expect.objectContaining({ name: code, $metadata: expect.objectContaining({ httpStatusCode: status }) });
}

describe("buckets", () => {
  test("are created, found, listed and deleted", async () => {
    const { client } = served;

    await client.send(new CreateBucketCommand({ Bucket: "another" }));
    await client.send(new HeadBucketCommand({ Bucket: "another" }));
    const listed = await client.send(new ListBucketsCommand());
    await client.send(new DeleteBucketCommand({ Bucket: "another" }));

    expect(listed.Buckets).toEqual([
      { Name: "another", CreationDate: new Date(NOW_MS) },
      { Name: "documents", CreationDate: new Date(NOW_MS) },
    ]);
    await expect(client.send(new HeadBucketCommand({ Bucket: "another" }))).rejects.toEqual(refusal("NotFound", 404));
  });

  test("keep the location they were created with", async () => {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await served.client.send(new CreateBucketCommand({ Bucket: "european", CreateBucketConfiguration }));

    const european = await served.client.send(new GetBucketLocationCommand({ Bucket: "european" }));
    const american = await served.client.send(new GetBucketLocationCommand({ Bucket }));

    expect(european.LocationConstraint).toBe("eu-west-1");
    expect(american.LocationConstraint ?? "").toBe("");
  });

  test("with an object cannot be deleted", async () => {
    await put("a", "1");

    await expect(served.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toEqual(
      refusal("BucketNotEmpty", 409),
    );
  });

  test("have names by S3's rules", async () => {
    const create = served.client.send(new CreateBucketCommand({ Bucket: "Not_A_Bucket" }));

    await expect(create).rejects.toEqual(refusal("InvalidBucketName", 400));
  });

  test("that do not exist are refused for objects", async () => {
    const nowhere = { Bucket: "nowhere", Key: "a" };

    await expect(served.client.send(new GetObjectCommand(nowhere))).rejects.toEqual(refusal("NoSuchBucket", 404));
    await expect(served.client.send(new PutObjectCommand({ ...nowhere, Body: "1" }))).rejects.toEqual(
      refusal("NoSuchBucket", 404),
    );
  });
});

describe("objects", () => {
  test("come back with body, ETag, date, metadata and headers", async () => {
    const written = await put("report", "hello", {
      Metadata: { journal: "entry" },
      ContentType: "text/plain",
      CacheControl: "no-store",
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "key-1",
    });

    const object = await read("report");

    expect(written).toMatchObject({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "key-1",
      ChecksumCRC32: "NhCmhg==",
    });
    expect(object).toMatchObject({
      text: "hello",
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      LastModified: new Date(Date.UTC(2026, 0, 31, 12, 30, 15)),
      Metadata: { journal: "entry" },
      ContentType: "text/plain",
      CacheControl: "no-store",
      ContentLength: 5,
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "key-1",
      ChecksumCRC32: "NhCmhg==",
    });
  });

  test("are encrypted with AES256 unless the writer says otherwise", async () => {
    expect(await put("a", "1")).toMatchObject({ ServerSideEncryption: "AES256" });
  });

  test("of no bytes come back as such", async () => {
    await put("empty", "");

    expect(await read("empty")).toMatchObject({ text: "", ContentLength: 0 });
  });

  test("are described by HeadObject without a body", async () => {
    await put("a", "12345", { Metadata: { x: "y" } });

    const head = await served.client.send(new HeadObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }));

    expect(head).toMatchObject({
      ContentLength: 5,
      Metadata: { x: "y" },
      ChecksumCRC32: "y/U6HA==",
    });
  });

  test("that do not exist are NoSuchKey, and NotFound to HeadObject", async () => {
    const missing = { Bucket, Key: "missing" };

    await expect(served.client.send(new GetObjectCommand(missing))).rejects.toEqual(refusal("NoSuchKey", 404));
    await expect(served.client.send(new HeadObjectCommand(missing))).rejects.toEqual(refusal("NotFound", 404));
  });

  test("are deleted, whether they exist or not", async () => {
    await put("a", "1");

    await served.client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await served.client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));

    expect(served.s3.listKeys(Bucket)).toEqual([]);
  });
});

describe("bodies", () => {
  const megabytes = randomBytes(3 * 1024 * 1024 + 17);

  test("of a buffer come back byte for byte", async () => {
    await served.client.send(new PutObjectCommand({ Bucket, Key: "large", Body: megabytes }));

    const { Body, ETag } = await served.client.send(new GetObjectCommand({ Bucket, Key: "large" }));

    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(megabytes)).toBe(true);
    expect(ETag).toBe(`"${createHash("md5").update(megabytes).digest("hex")}"`);
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "of a stream are sent aws-chunked with a %s trailer and come back byte for byte",
    async (ChecksumAlgorithm) => {
      const parts = Array.from({ length: 48 }, (_, i) => megabytes.subarray(i * 65_536, (i + 1) * 65_536));
      const Body = Readable.from([...parts, megabytes.subarray(48 * 65_536)]);
      const input = { Bucket, Key: "stream", Body, ContentLength: megabytes.length, ChecksumAlgorithm };

      const written = await served.client.send(new PutObjectCommand(input));
      const object = await served.client.send(new GetObjectCommand({ Bucket, Key: "stream" }));

      expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(megabytes)).toBe(true);
      expect(written[`Checksum${ChecksumAlgorithm}`]).toMatch(/=$/);
      expect(object[`Checksum${ChecksumAlgorithm}`]).toBe(written[`Checksum${ChecksumAlgorithm}`]);
      expect(object.ContentEncoding).toBeUndefined();
    },
  );

  test("are read in part by Range", async () => {
    await put("a", "0123456789");

    expect(await read("a", { Range: "bytes=2-4" })).toMatchObject({ text: "234", ContentRange: "bytes 2-4/10" });
    await expect(read("a", { Range: "bytes=10-" })).rejects.toEqual(refusal("InvalidRange", 416));
  });

  test("keep being the version that the reader began with", async () => {
    await served.client.send(new PutObjectCommand({ Bucket, Key: "large", Body: megabytes }));

    const { Body } = await served.client.send(new GetObjectCommand({ Bucket, Key: "large" }));
    await put("large", "replaced");

    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(megabytes)).toBe(true);
  });
});

describe("keys", () => {
  const special = [
    "a+b",
    "100%",
    "%41",
    "with space",
    " leading and trailing ",
    "/leading",
    "double//slash",
    "trailing/",
    "ünïcödé 💥",
    "a&b=c?d#e",
    "quote\"<>&'",
    "A",
    "back\\slash",
    "con",
    "...",
    ".",
    "../escape",
    "a/../b",
    "!'()*~",
    "line\nbreak",
    "x".repeat(1024),
  ];

  test.each(special)("round-trip, whatever their characters: %j", async (key) => {
    await put(key, `body of ${key}`);

    const listed = await served.client.send(new ListObjectsV2Command({ Bucket }));

    expect((await read(key)).text).toBe(`body of ${key}`);
    expect(listed.Contents?.map((object) => object.Key)).toEqual([key]);
    expect(served.s3.listKeys(Bucket)).toEqual([key]);
  });

  test("are listed form-encoded on request", async () => {
    await put("a b/ü+*", "1");

    const listed = await served.client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));

    expect(listed.Contents?.[0]?.Key).toBe("a+b/%C3%BC%2B*");
  });

  test("may differ in case alone", async () => {
    await put("key", "lower");
    await put("KEY", "upper");

    expect([(await read("key")).text, (await read("KEY")).text]).toEqual(["lower", "upper"]);
  });
});

describe("ListObjectsV2", () => {
  const keys = ["a/1", "a/2", "b", "c/1", "c/d/1", "e"];
  const list = (more: object) => served.client.send(new ListObjectsV2Command({ Bucket, ...more }));

  beforeEach(async () => {
    for (const key of keys) await served.s3.putObject(Bucket, key, key);
  });

  test("describes each object", async () => {
    const { Contents, KeyCount, IsTruncated } = await list({ Prefix: "b" });

    expect({ Contents, KeyCount, IsTruncated }).toEqual({
      KeyCount: 1,
      IsTruncated: false,
      Contents: [
        {
          Key: "b",
          Size: 1,
          ETag: '"92eb5ffee6ae2fec3ad71c777531578f"',
          LastModified: new Date(NOW_MS),
          StorageClass: "STANDARD",
        },
      ],
    });
  });

  test("groups by delimiter under a prefix", async () => {
    const top = await list({ Delimiter: "/" });
    const under = await list({ Delimiter: "/", Prefix: "c/" });

    expect(top.Contents?.map(({ Key }) => Key)).toEqual(["b", "e"]);
    expect(top.CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "c/" }]);
    expect(under.Contents?.map(({ Key }) => Key)).toEqual(["c/1"]);
    expect(under.CommonPrefixes).toEqual([{ Prefix: "c/d/" }]);
  });

  test("gives all keys page by page", async () => {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client: served.client, pageSize: 2 }, { Bucket })) {
      found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    }

    expect(found).toEqual(keys);
  });

  test("starts after a key", async () => {
    expect((await list({ StartAfter: "b" })).Contents?.map(({ Key }) => Key)).toEqual(["c/1", "c/d/1", "e"]);
  });

  test("refuses a token it did not give", async () => {
    await expect(list({ ContinuationToken: "made up" })).rejects.toEqual(refusal("InvalidArgument", 400));
  });
});

describe("DeleteObjects", () => {
  test("deletes what is named, and reports", async () => {
    await put("a&b", "1");
    await put("kept", "1");
    const Objects = [{ Key: "a&b" }, { Key: "missing" }];

    const result = await served.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(result.Deleted).toEqual([{ Key: "a&b" }, { Key: "missing" }]);
    expect(served.s3.listKeys(Bucket)).toEqual(["kept"]);
  });

  test("reports errors only when quiet", async () => {
    const Delete = { Objects: [{ Key: "a" }], Quiet: true };

    const result = await served.client.send(new DeleteObjectsCommand({ Bucket, Delete }));

    expect(result.Deleted).toBeUndefined();
  });
});

describe("CopyObject", () => {
  const copy = (more: object) =>
    served.client.send(new CopyObjectCommand({ Bucket, Key: "target", CopySource: `${Bucket}/source`, ...more }));

  beforeEach(() => put("source", "content", { Metadata: { from: "source" }, ContentType: "text/plain" }));

  test("copies body, metadata and checksum", async () => {
    const { CopyObjectResult } = await copy({});

    const target = await read("target");
    const source = await read("source");

    expect(target).toMatchObject({ text: "content", Metadata: { from: "source" }, ContentType: "text/plain" });
    expect(CopyObjectResult).toMatchObject({ ETag: source.ETag, ChecksumCRC32: source.ChecksumCRC32 });
  });

  test("replaces the metadata on request, also in place", async () => {
    await copy({ Key: "source", MetadataDirective: "REPLACE", Metadata: { from: "copy" } });

    expect(await read("source")).toMatchObject({ text: "content", Metadata: { from: "copy" } });
  });

  test("onto itself without a change is refused", async () => {
    await expect(copy({ Key: "source" })).rejects.toEqual(refusal("InvalidRequest", 400));
  });

  test("of what does not exist is NoSuchKey", async () => {
    await expect(copy({ CopySource: `${Bucket}/missing` })).rejects.toEqual(refusal("NoSuchKey", 404));
  });

  test("takes a source key of any characters, encoded", async () => {
    await put("a+b/ü 100%", "special");
    await copy({ CopySource: `${Bucket}/${encodeURIComponent("a+b/ü 100%")}` });

    expect((await read("target")).text).toBe("special");
  });
});

test("an operation that is not implemented is refused to the client by name", async () => {
  await put("a", "1");
  const tag = new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging: { TagSet: [{ Key: "k", Value: "v" }] } });

  await expect(served.client.send(tag)).rejects.toMatchObject({
    name: "NotImplemented",
    message: "PutObjectTagging is not implemented by this S3.",
  });
});

describe("in process", () => {
  test("objects are the same as over HTTP", async () => {
    const etag = await served.s3.putObject(Bucket, "a", "hello", { contentType: "text/plain", metadata: { X: "y" } });

    expect(await read("a")).toMatchObject({
      text: "hello",
      ETag: etag,
      ContentType: "text/plain",
      Metadata: { x: "y" },
    });
    expect(await served.s3.getObject(Bucket, "a")).toEqual({
      body: Buffer.from("hello"),
      etag,
      contentType: "text/plain",
      lastModified: new Date(NOW_MS),
      metadata: { x: "y" },
    });
    expect(await served.s3.getObject(Bucket, "missing")).toBeUndefined();
    expect(served.s3.listKeys(Bucket, "b")).toEqual([]);
  });

  test("a closed S3 answers 503", async () => {
    await served.s3.close();

    await expect(read("a")).rejects.toEqual(refusal("ServiceUnavailable", 503));
  });
});
