import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put, read } = useS3();

describe("bodies", () => {
  const megabytes = randomBytes(3 * 1024 * 1024 + 17);

  test("of a buffer come back byte for byte", async () => {
    await client().send(new PutObjectCommand({ Bucket, Key: "large", Body: megabytes }));

    const { Body, ETag } = await client().send(new GetObjectCommand({ Bucket, Key: "large" }));

    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(megabytes)).toBe(true);
    expect(ETag).toBe(`"${createHash("md5").update(megabytes).digest("hex")}"`);
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "of a stream are sent aws-chunked with a %s trailer and come back byte for byte",
    async (ChecksumAlgorithm) => {
      const parts = Array.from({ length: 48 }, (_, i) => megabytes.subarray(i * 65_536, (i + 1) * 65_536));
      const Body = Readable.from([...parts, megabytes.subarray(48 * 65_536)]);
      const input = { Bucket, Key: "stream", Body, ContentLength: megabytes.length, ChecksumAlgorithm };

      const written = await client().send(new PutObjectCommand(input));
      const object = await client().send(new GetObjectCommand({ Bucket, Key: "stream" }));

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
    await client().send(new PutObjectCommand({ Bucket, Key: "large", Body: megabytes }));

    const { Body } = await client().send(new GetObjectCommand({ Bucket, Key: "large" }));
    await put("large", "replaced");

    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(megabytes)).toBe(true);
  });
});
