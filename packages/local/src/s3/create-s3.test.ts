import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
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
