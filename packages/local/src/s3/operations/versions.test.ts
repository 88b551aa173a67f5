import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "vitest";
import { Bucket, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put, read, s3 } = useS3();

const setVersioning = (Status: "Enabled" | "Suspended") =>
  client().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const remove = (Key: string, more: object = {}) => client().send(new DeleteObjectCommand({ Bucket, Key, ...more }));
const list = (more: object = {}) => client().send(new ListObjectVersionsCommand({ Bucket, ...more }));
const write = async (Key: string, text: string, more: object = {}) => (await put(Key, text, more)).VersionId ?? "";

describe("a bucket", () => {
  test("has no versions until they are enabled, and can only suspend them from then on", async () => {
    const status = async () => (await client().send(new GetBucketVersioningCommand({ Bucket }))).Status;

    expect(await status()).toBeUndefined();
    await setVersioning("Enabled");
    expect(await status()).toBe("Enabled");
    await setVersioning("Suspended");
    expect(await status()).toBe("Suspended");
    expect((await put("a", "1")).VersionId).toBeUndefined();
  });

  test("says in process and on the wire alike whether it keeps versions", async () => {
    expect(s3().bucketVersioning(Bucket)).toBeUndefined();
    await s3().putBucketVersioning(Bucket, "Enabled");

    expect((await client().send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    expect(s3().bucketVersioning(Bucket)).toBe("Enabled");
    expect(await write("a", "one")).not.toBe(await write("a", "two"));
    await expect(s3().putBucketVersioning("nowhere", "Enabled")).rejects.toMatchObject({ code: "NoSuchBucket" });
  });

  test("with versions or delete markers left cannot be deleted", async () => {
    await setVersioning("Enabled");
    const { VersionId } = await remove("a");
    expect(s3().listKeys(Bucket)).toEqual([]);

    await expect(client().send(new DeleteBucketCommand({ Bucket }))).rejects.toEqual(refusal("BucketNotEmpty", 409));
    await remove("a", { VersionId });
    await client().send(new DeleteBucketCommand({ Bucket }));
  });

  test("of which deletion by MFA is asked refuses", async () => {
    const VersioningConfiguration = { Status: "Enabled", MFADelete: "Enabled" } as const;

    await expect(
      client().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });
});

describe("versions", () => {
  beforeEach(() => setVersioning("Enabled"));

  test("are all there, the last one current", async () => {
    const [one, two] = [await write("a", "one"), await write("a", "two")];

    expect(one).not.toBe(two);
    expect(await read("a")).toMatchObject({ text: "two", VersionId: two });
    expect(await read("a", { VersionId: one })).toMatchObject({ text: "one", VersionId: one });
    expect(await client().send(new HeadObjectCommand({ Bucket, Key: "a", VersionId: one }))).toMatchObject({
      ContentLength: 3,
      VersionId: one,
    });
  });

  test("are hidden by a delete marker, and shown again by its deletion", async () => {
    const id = await write("a", "kept");
    const { DeleteMarker, VersionId } = await remove("a");
    expect(DeleteMarker).toBe(true);

    await expect(read("a")).rejects.toEqual(refusal("NoSuchKey", 404));
    await expect(read("a", { VersionId })).rejects.toEqual(refusal("MethodNotAllowed", 405));
    expect((await read("a", { VersionId: id })).text).toBe("kept");
    expect(await remove("a", { VersionId })).toMatchObject({ DeleteMarker: true, VersionId });

    expect(await read("a")).toMatchObject({ text: "kept", VersionId: id });
  });

  test("are deleted one by one, for good", async () => {
    const [one, two] = [await write("a", "one"), await write("a", "two")];

    const deleted = await remove("a", { VersionId: two });

    expect(deleted).toMatchObject({ VersionId: two });
    expect(deleted.DeleteMarker).toBeUndefined();
    expect((await read("a")).text).toBe("one");
    await expect(read("a", { VersionId: two })).rejects.toEqual(refusal("NoSuchVersion", 404));
    await remove("a", { VersionId: two });
    await remove("a", { VersionId: one });
    await expect(read("a")).rejects.toEqual(refusal("NoSuchKey", 404));
    expect((await list()).Versions).toBeUndefined();
  });

  test("that cannot be are refused", async () => {
    await put("a", "1");

    await expect(read("a", { VersionId: "no version" })).rejects.toEqual(refusal("InvalidArgument", 400));
    await expect(read("a", { VersionId: "0".repeat(32) })).rejects.toEqual(refusal("NoSuchVersion", 404));
  });

  test("written before are the null version, which later ones leave alone", async () => {
    await setVersioning("Suspended");
    await put("a", "null");
    await setVersioning("Enabled");
    const id = await write("a", "new");

    expect(await read("a", { VersionId: "null" })).toMatchObject({ text: "null", VersionId: "null" });
    expect((await list()).Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [id, true],
      ["null", false],
    ]);
  });

  test("while suspended are replaced where null, and kept where not", async () => {
    const id = await write("a", "kept");
    await setVersioning("Suspended");
    await put("a", "null 1");
    await put("a", "null 2");

    expect(await read("a")).toMatchObject({ text: "null 2", VersionId: "null" });
    expect(await remove("a")).toMatchObject({ DeleteMarker: true, VersionId: "null" });
    await expect(read("a")).rejects.toEqual(refusal("NoSuchKey", 404));
    const { Versions, DeleteMarkers } = await list();
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([id]);
    expect(DeleteMarkers).toMatchObject([{ Key: "a", VersionId: "null", IsLatest: true }]);
  });

  test("are judged by conditions as the current object is", async () => {
    const { ETag } = await put("a", "1");
    await remove("a");

    await expect(put("a", "2", { IfMatch: ETag })).rejects.toEqual(refusal("NoSuchKey", 404));
    await put("a", "3", { IfNoneMatch: "*" });
    await expect(put("a", "4", { IfNoneMatch: "*" })).rejects.toEqual(refusal("PreconditionFailed", 412));
    await expect(remove("a", { IfMatch: ETag })).rejects.toEqual(refusal("PreconditionFailed", 412));

    expect((await read("a")).text).toBe("3");
    expect((await list()).Versions).toHaveLength(2);
  });

  test("are copied by their id", async () => {
    const old = await write("a", "old");
    await put("a", "new");

    const copied = await client().send(
      new CopyObjectCommand({ Bucket, Key: "a", CopySource: `${Bucket}/a?versionId=${old}` }),
    );
    const { VersionId: marker } = await remove("b");

    expect(copied.CopySourceVersionId).toBe(old);
    expect(await read("a")).toMatchObject({ text: "old", VersionId: copied.VersionId });
    await expect(
      client().send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/b?versionId=${marker}` })),
    ).rejects.toEqual(refusal("InvalidRequest", 400));
    await expect(client().send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/b` }))).rejects.toEqual(
      refusal("NoSuchKey", 404),
    );
  });

  test("are deleted many at once", async () => {
    const one = await write("a", "one");
    await put("b", "1");
    const { VersionId: marker } = await remove("c");
    const Objects = [{ Key: "a", VersionId: one }, { Key: "b" }, { Key: "c", VersionId: marker }];

    const { Deleted } = await client().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(Deleted).toEqual([
      { Key: "a", VersionId: one },
      { Key: "b", DeleteMarker: true, DeleteMarkerVersionId: expect.stringMatching(/^[0-9a-f]{32}$/) },
      { Key: "c", VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
    ]);
    expect((await list()).Versions?.map(({ Key }) => Key)).toEqual(["b"]);
  });
});

describe("ListObjectVersions", () => {
  beforeEach(() => setVersioning("Enabled"));

  async function allPages(MaxKeys: number) {
    const found: unknown[] = [];
    let markers = {};
    for (let truncated: boolean | undefined = true; truncated; ) {
      const page = await list({ MaxKeys, ...markers });
      const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      expect(entries.length).toBeLessThanOrEqual(MaxKeys);
      found.push(...entries.map(({ VersionId }) => VersionId));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      truncated = page.IsTruncated;
    }
    return found;
  }

  test("gives every version and marker once, newest first under its key, however long a page is", async () => {
    const b1 = await write("b", "1");
    const a1 = await write("a", "1");
    const a2 = (await remove("a")).VersionId;
    const a3 = await write("a", "3");

    for (const size of [1, 2, 3, 4, 5]) {
      expect(new Set(await allPages(size))).toEqual(new Set([a3, a2, a1, b1]));
    }
    expect(await allPages(1)).toEqual([a3, a2, a1, b1]);
  });

  test("groups by delimiter under a prefix", async () => {
    for (const key of ["x/a/1", "x/a/2", "x/b", "y"]) await put(key, "1");

    const { Versions, CommonPrefixes } = await list({ Prefix: "x/", Delimiter: "/" });

    expect(Versions?.map(({ Key }) => Key)).toEqual(["x/b"]);
    expect(CommonPrefixes).toEqual([{ Prefix: "x/a/" }]);
  });

  test("leaves none out where the marked version is gone since", async () => {
    const [one, two, three] = [await write("a", "1"), await write("a", "2"), await write("a", "3")];
    const first = await list({ MaxKeys: 1 });
    expect(first.Versions?.[0]?.VersionId).toBe(three);
    await remove("a", { VersionId: three });

    const rest = await list({ KeyMarker: first.NextKeyMarker, VersionIdMarker: first.NextVersionIdMarker });

    expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([two, one]);
  });
});

test("a GET of a key whose delete marker is current names the marker", async () => {
  await setVersioning("Enabled");
  const { VersionId } = await remove("a");

  const refused = await client()
    .send(new GetObjectCommand({ Bucket, Key: "a" }))
    .catch((error: { $response?: { headers?: object } }) => error.$response?.headers);

  expect(refused).toMatchObject({ "x-amz-delete-marker": "true", "x-amz-version-id": VersionId });
});
