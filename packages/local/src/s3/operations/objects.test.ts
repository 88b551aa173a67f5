import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put, read, s3 } = useS3();

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

    const head = await client().send(new HeadObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }));

    expect(head).toMatchObject({
      ContentLength: 5,
      Metadata: { x: "y" },
      ChecksumCRC32: "y/U6HA==",
    });
  });

  test("that do not exist are NoSuchKey, and NotFound to HeadObject", async () => {
    const missing = { Bucket, Key: "missing" };

    await expect(client().send(new GetObjectCommand(missing))).rejects.toEqual(refusal("NoSuchKey", 404));
    await expect(client().send(new HeadObjectCommand(missing))).rejects.toEqual(refusal("NotFound", 404));
  });

  test("are deleted, whether they exist or not", async () => {
    await put("a", "1");

    await client().send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await client().send(new DeleteObjectCommand({ Bucket, Key: "a" }));

    expect(s3().listKeys(Bucket)).toEqual([]);
  });
});
