import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "vitest";
import { Bucket, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put, read } = useS3();

describe("CopyObject", () => {
  const copy = (more: object) =>
    client().send(new CopyObjectCommand({ Bucket, Key: "target", CopySource: `${Bucket}/source`, ...more }));

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

  test("with an unknown directive or checksum algorithm is refused", async () => {
    await expect(copy({ MetadataDirective: "MERGE" })).rejects.toEqual(refusal("InvalidArgument", 400));
    await expect(copy({ ChecksumAlgorithm: "MD6" })).rejects.toEqual(refusal("InvalidRequest", 400));
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
