import {
  CopyObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put, read } = useS3();

const tag = (Key: string, tags: Readonly<Record<string, string>>) =>
  client().send(
    new PutObjectTaggingCommand({
      Bucket,
      Key,
      Tagging: { TagSet: Object.entries(tags).map(([name, Value]) => ({ Key: name, Value })) },
    }),
  );
const tagsOf = async (Key: string) =>
  (await client().send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet?.map((pair) => [pair.Key, pair.Value]);

describe("tags", () => {
  test("come with the object, are replaced and deleted, and leave it what it is", async () => {
    const { ETag } = await put("a", "body", { Tagging: "expire=soon&team=%C3%BC", Metadata: { x: "y" } });
    expect(await tagsOf("a")).toEqual([
      ["expire", "soon"],
      ["team", "ü"],
    ]);
    expect((await read("a")).TagCount).toBe(2);

    await tag("a", { expire: "never" });
    expect(await tagsOf("a")).toEqual([["expire", "never"]]);
    expect(await read("a")).toMatchObject({ text: "body", ETag, Metadata: { x: "y" }, TagCount: 1 });

    await client().send(new DeleteObjectTaggingCommand({ Bucket, Key: "a" }));
    expect(await tagsOf("a")).toEqual([]);
    expect((await read("a")).text).toBe("body");
  });

  test("are copied, or replaced on request", async () => {
    await put("a", "body", { Tagging: "from=source" });
    const copy = (Key: string, more: object = {}) =>
      client().send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/a`, ...more }));

    await copy("kept");
    await copy("replaced", { TaggingDirective: "REPLACE", Tagging: "from=copy" });

    expect(await tagsOf("kept")).toEqual([["from", "source"]]);
    expect(await tagsOf("replaced")).toEqual([["from", "copy"]]);
  });

  test("that AWS does not take are refused", async () => {
    await put("a", "body");

    await expect(tag("a", { "aws:x": "y" })).rejects.toEqual(refusal("InvalidTag", 400));
    await expect(tag("a", { "": "y" })).rejects.toEqual(refusal("InvalidTag", 400));
    await expect(tag("a", { x: "v".repeat(257) })).rejects.toEqual(refusal("InvalidTag", 400));
    await expect(put("a", "body", { Tagging: "a=1&a=2" })).rejects.toEqual(refusal("InvalidTag", 400));
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, "v"]));
    await expect(tag("a", eleven)).rejects.toEqual(refusal("BadRequest", 400));
    await expect(tag("missing", { a: "b" })).rejects.toEqual(refusal("NoSuchKey", 404));
  });
});
