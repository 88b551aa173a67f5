import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { GetObjectAclCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, NOW_MS, refusal, useS3 } from "./fixtures/use-s3.js";

const { client, put, read, s3 } = useS3();

test("an operation that is not implemented is refused to the client by name", async () => {
  await put("a", "1");
  const acl = new GetObjectAclCommand({ Bucket, Key: "a" });

  await expect(client().send(acl)).rejects.toMatchObject({
    name: "NotImplemented",
    message: "GetObjectAcl is not implemented by this S3.",
  });
});

describe("in process", () => {
  test("objects are the same as over HTTP", async () => {
    const etag = await s3().putObject(Bucket, "a", "hello", { contentType: "text/plain", metadata: { X: "y" } });

    expect(await read("a")).toMatchObject({
      text: "hello",
      ETag: etag,
      ContentType: "text/plain",
      Metadata: { x: "y" },
    });
    expect(await s3().getObject(Bucket, "a")).toEqual({
      body: Buffer.from("hello"),
      etag,
      contentType: "text/plain",
      lastModified: new Date(NOW_MS),
      metadata: { x: "y" },
    });
    expect(await s3().getObject(Bucket, "missing")).toBeUndefined();
    expect(s3().listKeys(Bucket, "b")).toEqual([]);
  });

  test("objects are described, and streamed whole or in part", async () => {
    const etag = await s3().putObject(Bucket, "a", Readable.from([Buffer.from("01234"), Buffer.from("56789")]));

    const whole = await s3().openObject(Bucket, "a");
    const part = await s3().openObject(Bucket, "a", { range: { start: 2, end: 4 } });

    expect(s3().headObject(Bucket, "a")).toEqual({
      sizeBytes: 10,
      etag,
      contentType: "binary/octet-stream",
      lastModified: new Date(NOW_MS),
      metadata: {},
    });
    expect([await text(whole?.body ?? Readable.from([])), await text(part?.body ?? Readable.from([]))]).toEqual([
      "0123456789",
      "234",
    ]);
    expect([s3().headObject(Bucket, "missing"), await s3().openObject(Bucket, "missing")]).toEqual([
      undefined,
      undefined,
    ]);
    expect(() => s3().headObject("nowhere", "a")).toThrow(expect.objectContaining({ code: "NoSuchBucket" }));
  });

  test("versions are read by their id", async () => {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await client().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const { VersionId: versionId = "" } = await put("a", "old");
    await put("a", "new");

    const old = await s3().openObject(Bucket, "a", { versionId });

    expect([old?.versionId, await text(old?.body ?? Readable.from([]))]).toEqual([versionId, "old"]);
    expect(() => s3().headObject(Bucket, "a", { versionId: "0".repeat(32) })).toThrow(
      expect.objectContaining({ code: "NoSuchVersion" }),
    );
  });

  test("conditions hold as over HTTP", async () => {
    const etag = await s3().putObject(Bucket, "a", "1", { ifNoneMatch: "*" });

    await expect(s3().putObject(Bucket, "a", "2", { ifNoneMatch: "*" })).rejects.toMatchObject({
      code: "PreconditionFailed",
    });
    await s3().putObject(Bucket, "a", "3", { ifMatch: etag });

    expect((await read("a")).text).toBe("3");
  });

  test("listings come in pages and groups", async () => {
    for (const key of ["a/1", "a/2", "b", "c"]) await s3().putObject(Bucket, key, key);

    const first = s3().listObjectsV2(Bucket, { delimiter: "/", maxKeys: 2 });
    const rest = s3().listObjectsV2(Bucket, { delimiter: "/", continuationToken: first.nextContinuationToken ?? "" });

    expect(first.commonPrefixes).toEqual(["a/"]);
    expect(first.contents).toMatchObject([{ key: "b", sizeBytes: 1, storageClass: "STANDARD" }]);
    expect(rest).toMatchObject({ contents: [{ key: "c" }], commonPrefixes: [] });
    expect(rest.nextContinuationToken).toBeUndefined();
    expect(s3().listObjectsV2(Bucket, { prefix: "a/", startAfter: "a/1" }).contents).toMatchObject([{ key: "a/2" }]);
  });

  test("a closed S3 answers 503", async () => {
    await s3().close();

    await expect(read("a")).rejects.toEqual(refusal("ServiceUnavailable", 503));
  });
});
