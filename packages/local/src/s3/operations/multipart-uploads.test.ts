import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  paginateListParts,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { describe, expect, test } from "vitest";
import { crc32, crc64nvme } from "../crc.js";
import { Bucket, NOW_MS, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put, read, s3 } = useS3();

const MB = 1024 * 1024;
const Key = "large";
const content = randomBytes(11 * MB);
const parts = [content.subarray(0, 5 * MB), content.subarray(5 * MB, 10 * MB), content.subarray(10 * MB)];

function md5(...chunks: readonly Uint8Array[]) {
  const digest = createHash("md5");
  for (const chunk of chunks) digest.update(chunk);
  return digest.digest();
}
const ETAG = `"${md5(...parts.map((part) => md5(part))).toString("hex")}-3"`;

async function create(more: object = {}) {
  const { UploadId } = await client().send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
}
type Created = Awaited<ReturnType<typeof create>>;

async function upload(to: Created, PartNumber: number, Body: Uint8Array, more: object = {}): Promise<CompletedPart> {
  const { $metadata: _, ...written } = await client().send(new UploadPartCommand({ ...to, PartNumber, Body, ...more }));
  return { PartNumber, ...written };
}
const uploadAll = (to: Created, more: object = {}) =>
  Promise.all(parts.map((part, index) => upload(to, index + 1, part, more)));
const complete = (to: Created, Parts: readonly CompletedPart[], more: object = {}) =>
  client().send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload: { Parts: [...Parts] }, ...more }));
async function body(input: object = {}) {
  const { Body } = await client().send(new GetObjectCommand({ Bucket, Key, ...input }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe("a multipart upload", () => {
  test("becomes an object with the headers it was created with", async () => {
    const to = await create({
      ContentType: "text/plain",
      Metadata: { journal: "entry" },
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "key-1",
      Tagging: "team=a",
    });
    const Parts = await uploadAll(to);
    expect(Parts[0]).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: "key-1" });

    const completed = await complete(to, Parts);

    expect(completed).toMatchObject({ ETag: ETAG, Bucket, Key, ServerSideEncryption: "aws:kms", SSEKMSKeyId: "key-1" });
    expect((await body()).equals(content)).toBe(true);
    expect(await client().send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ETag: ETAG,
      ContentLength: content.length,
      ContentType: "text/plain",
      Metadata: { journal: "entry" },
      TagCount: 1,
    });
    await expect(client().send(new ListPartsCommand(to))).rejects.toEqual(refusal("NoSuchUpload", 404));
  });

  test("is what lib-storage makes of a stream", async () => {
    const uploading = new Upload({
      client: client(),
      params: { Bucket, Key, Body: Readable.from(parts) },
      partSize: 5 * MB,
    });

    const done = await uploading.done();

    expect(done.ETag).toBe(ETAG);
    expect((await body()).equals(content)).toBe(true);
  });

  test("may be completed again by who did not hear of it", async () => {
    const to = await create();
    const Parts = await uploadAll(to);

    const [first, second] = [await complete(to, Parts), await complete(to, Parts)];

    expect(second.ETag).toBe(first.ETag);
  });

  test("takes the last body of a part, and leaves out those that completion does not name", async () => {
    const to = await create();
    await upload(to, 1, Buffer.from("first try"));
    const second = await upload(to, 1, Buffer.from("second try"));
    await upload(to, 2, Buffer.from("not named"));

    await complete(to, [second]);

    expect((await body()).toString()).toBe("second try");
  });

  test("hides nothing until it is completed, and leaves nothing when aborted", async () => {
    await put(Key, "old");
    const to = await create();
    const Parts = await uploadAll(to);
    expect((await body()).toString()).toBe("old");

    await client().send(new AbortMultipartUploadCommand(to));

    await expect(complete(to, Parts)).rejects.toEqual(refusal("NoSuchUpload", 404));
    await expect(upload(to, 1, Buffer.from("late"))).rejects.toEqual(refusal("NoSuchUpload", 404));
    await expect(client().send(new AbortMultipartUploadCommand(to))).rejects.toEqual(refusal("NoSuchUpload", 404));
    expect((await body()).toString()).toBe("old");
  });

  test("is another key's to nobody", async () => {
    const to = await create();

    await expect(upload({ ...to, Key: "other" }, 1, Buffer.from("x"))).rejects.toEqual(refusal("NoSuchUpload", 404));
  });
});

describe("completing is refused", () => {
  test("with parts out of order, twice, unknown, or of another ETag", async () => {
    const to = await create();
    const [one, two, three] = await uploadAll(to);
    if (!one || !two || !three) throw new Error("three parts were uploaded");

    await expect(complete(to, [two, one])).rejects.toEqual(refusal("InvalidPartOrder", 400));
    await expect(complete(to, [one, one])).rejects.toEqual(refusal("InvalidPartOrder", 400));
    await expect(complete(to, [{ ...one, PartNumber: 7 }])).rejects.toEqual(refusal("InvalidPart", 400));
    await expect(complete(to, [{ ...one, ETag: two.ETag }])).rejects.toEqual(refusal("InvalidPart", 400));
    await expect(complete(to, [])).rejects.toEqual(refusal("MalformedXML", 400));
    expect(await complete(to, [one, two, three])).toMatchObject({ ETag: ETAG });
  });

  test("with a part under 5 MiB before the last", async () => {
    const to = await create();
    const Parts = [await upload(to, 1, content.subarray(0, 5 * MB - 1)), await upload(to, 2, Buffer.from("x"))];

    await expect(complete(to, Parts)).rejects.toEqual(refusal("EntityTooSmall", 400));
  });

  test("with another size than the parts have together", async () => {
    const to = await create();
    const Parts = await uploadAll(to);

    await expect(complete(to, Parts, { MpuObjectSize: 1 })).rejects.toEqual(refusal("InvalidRequest", 400));
    await complete(to, Parts, { MpuObjectSize: content.length });
  });

  test("where the condition on the key does not hold, and the upload stays", async () => {
    const to = await create();
    const Parts = await uploadAll(to);
    await expect(complete(to, Parts, { IfMatch: ETAG })).rejects.toEqual(refusal("NoSuchKey", 404));
    const { ETag } = await put(Key, "there already");

    await expect(complete(to, Parts, { IfNoneMatch: "*" })).rejects.toEqual(refusal("PreconditionFailed", 412));
    await expect(complete(to, Parts, { IfMatch: ETAG })).rejects.toEqual(refusal("PreconditionFailed", 412));
    await complete(to, Parts, { IfMatch: ETag });

    expect((await body()).equals(content)).toBe(true);
  });
});

describe("a part", () => {
  test.each([0, 10_001])("has no number %i", async (PartNumber) => {
    await expect(upload(await create(), PartNumber, Buffer.from("x"))).rejects.toEqual(refusal("InvalidArgument", 400));
  });

  test("is read by its number", async () => {
    const to = await create();
    await complete(to, await uploadAll(to));

    const head = await client().send(new HeadObjectCommand({ Bucket, Key, PartNumber: 3 }));

    expect((await body({ PartNumber: 2 })).equals(parts[1] ?? Buffer.of())).toBe(true);
    expect(head).toMatchObject({ PartsCount: 3, ContentLength: MB });
    await expect(body({ PartNumber: 4 })).rejects.toEqual(refusal("InvalidPartNumber", 416));
    await expect(body({ PartNumber: 1, Range: "bytes=0-1" })).rejects.toEqual(refusal("InvalidRequest", 400));
  });

  test("1 of an object that was put whole is all of it", async () => {
    await put(Key, "whole");

    expect(await read(Key, { PartNumber: 1 })).toMatchObject({ text: "whole", ContentRange: "bytes 0-4/5" });
    await expect(body({ PartNumber: 2 })).rejects.toEqual(refusal("InvalidPartNumber", 416));
  });

  test("is copied from an object or a range of it", async () => {
    await put("source", "0123456789");
    const to = await create();
    const copy = (PartNumber: number, more: object = {}) =>
      client().send(new UploadPartCopyCommand({ ...to, PartNumber, CopySource: `${Bucket}/source`, ...more }));

    const { CopyPartResult } = await copy(1, { CopySourceRange: "bytes=2-4" });
    expect(CopyPartResult).toMatchObject({ ETag: `"${md5(Buffer.from("234")).toString("hex")}"` });
    await expect(copy(2, { CopySourceRange: "bytes=2-10" })).rejects.toEqual(refusal("InvalidArgument", 400));
    await expect(copy(2, { CopySourceRange: "bytes=2-" })).rejects.toEqual(refusal("InvalidArgument", 400));
    await expect(copy(2, { CopySourceIfMatch: ETAG })).rejects.toEqual(refusal("PreconditionFailed", 412));
    await complete(to, [{ PartNumber: 1, ...CopyPartResult }]);

    expect((await body()).toString()).toBe("234");
  });
});

describe("checksums", () => {
  const base64 = (create: typeof crc32, ...chunks: readonly Uint8Array[]) => {
    const checksum = create();
    for (const chunk of chunks) checksum.update(chunk);
    return checksum.digest();
  };

  test("of the parts make the composite one of the object", async () => {
    const to = await create({ ChecksumAlgorithm: "CRC32" });
    const ofParts = parts.map((part) => base64(crc32, part));
    const expected = `${base64(crc32, ...ofParts).toString("base64")}-3`;

    const completed = await complete(to, await uploadAll(to, { ChecksumAlgorithm: "CRC32" }));
    const head = await client().send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));

    expect(completed).toMatchObject({ ChecksumCRC32: expected, ChecksumType: "COMPOSITE" });
    expect(head).toMatchObject({ ChecksumCRC32: expected, ChecksumType: "COMPOSITE" });
  });

  test("of the full object are computed, and held against what completion says", async () => {
    const to = await create({ ChecksumAlgorithm: "CRC64NVME" });
    const Parts = await uploadAll(to, { ChecksumAlgorithm: "CRC64NVME" });
    const expected = base64(crc64nvme, content).toString("base64");

    await expect(complete(to, Parts, { ChecksumCRC64NVME: "AAAAAAAAAAA=" })).rejects.toEqual(refusal("BadDigest", 400));
    const completed = await complete(to, Parts, { ChecksumCRC64NVME: expected, ChecksumType: "FULL_OBJECT" });

    expect(completed).toMatchObject({ ChecksumCRC64NVME: expected, ChecksumType: "FULL_OBJECT" });
    expect((await body({ ChecksumMode: "ENABLED" })).equals(content)).toBe(true);
  });

  test("are of the upload's algorithm, and named part by part", async () => {
    const to = await create({ ChecksumAlgorithm: "SHA256" });
    const part = await upload(to, 1, Buffer.from("x"), { ChecksumAlgorithm: "SHA256" });

    await expect(upload(to, 1, Buffer.from("x"), { ChecksumAlgorithm: "CRC32" })).rejects.toMatchObject({
      name: "InvalidRequest",
      message: "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    });
    await expect(complete(to, [{ PartNumber: 1, ETag: part.ETag }])).rejects.toEqual(refusal("InvalidRequest", 400));
    await expect(complete(to, [{ ...part, ChecksumSHA256: "A".repeat(43).concat("=") }])).rejects.toEqual(
      refusal("InvalidPart", 400),
    );
  });

  test.each([
    ["SHA1", "FULL_OBJECT"],
    ["CRC64NVME", "COMPOSITE"],
  ])("of %s cannot be %s", async (ChecksumAlgorithm, ChecksumType) => {
    await expect(create({ ChecksumAlgorithm, ChecksumType })).rejects.toEqual(refusal("InvalidRequest", 400));
  });

  test("and parts are among the attributes of the object", async () => {
    const to = await create({ ChecksumAlgorithm: "CRC32" });
    await complete(to, await uploadAll(to, { ChecksumAlgorithm: "CRC32" }));
    const ObjectAttributes = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"] as const;

    const attributes = await client().send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: [...ObjectAttributes], MaxParts: 2 }),
    );

    expect(attributes).toMatchObject({
      ETag: ETAG.replaceAll('"', ""),
      Checksum: { ChecksumType: "COMPOSITE" },
      ObjectParts: { TotalPartsCount: 3, IsTruncated: true, NextPartNumberMarker: "2" },
      StorageClass: "STANDARD",
      ObjectSize: content.length,
      LastModified: new Date(Math.floor(NOW_MS / 1000) * 1000),
    });
    expect(attributes.ObjectParts?.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5 * MB],
      [2, 5 * MB],
    ]);
  });
});

describe("uploads in progress", () => {
  test("list their parts page by page", async () => {
    const to = await create();
    for (const number of [3, 1, 2]) await upload(to, number, Buffer.from(`part ${number}`));

    const found: unknown[] = [];
    for await (const page of paginateListParts({ client: client(), pageSize: 2 }, to)) {
      found.push(...(page.Parts ?? []).map(({ PartNumber, Size }) => [PartNumber, Size]));
    }

    expect(found).toEqual([
      [1, 6],
      [2, 6],
      [3, 6],
    ]);
  });

  test("are listed by key, grouped and page by page", async () => {
    for (const key of ["b", "a/1", "a/2", "c"]) await create({ Key: key });
    const list = (more: object) => client().send(new ListMultipartUploadsCommand({ Bucket, ...more }));

    const grouped = await list({ Delimiter: "/" });
    const first = await list({ MaxUploads: 3 });
    const rest = await list({ KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker });

    expect(grouped.CommonPrefixes).toEqual([{ Prefix: "a/" }]);
    expect(grouped.Uploads?.map(({ Key: key }) => key)).toEqual(["b", "c"]);
    expect(first.Uploads?.map(({ Key: key }) => key)).toEqual(["a/1", "a/2", "b"]);
    expect(rest.Uploads).toMatchObject([{ Key: "c", Initiated: new Date(NOW_MS) }]);
    expect(s3().listKeys(Bucket)).toEqual([]);
  });
});
