import { ListObjectsV2Command, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "vitest";
import { Bucket, NOW_MS, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, s3 } = useS3();

describe("ListObjectsV2", () => {
  const keys = ["a/1", "a/2", "b", "c/1", "c/d/1", "e"];
  const list = (more: object) => client().send(new ListObjectsV2Command({ Bucket, ...more }));

  beforeEach(async () => {
    for (const key of keys) await s3().putObject(Bucket, key, key);
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
    for await (const page of paginateListObjectsV2({ client: client(), pageSize: 2 }, { Bucket })) {
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
