import { ListObjectsCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "vitest";
import { Bucket, useS3 } from "../fixtures/use-s3.js";

const { client, s3 } = useS3();

describe("ListObjects", () => {
  const list = (more: object = {}) => client().send(new ListObjectsCommand({ Bucket, ...more }));

  beforeEach(async () => {
    for (const key of ["a/1", "a/2", "b", "c/1", "d"]) await s3().putObject(Bucket, key, key);
  });

  test("goes on from the last key of a page", async () => {
    const first = await list({ MaxKeys: 2 });
    const rest = await list({ Marker: first.Contents?.at(-1)?.Key });

    expect(first).toMatchObject({ IsTruncated: true, MaxKeys: 2 });
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(["a/1", "a/2"]);
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["b", "c/1", "d"]);
    expect(rest.IsTruncated).toBe(false);
  });

  test("groups by delimiter, and then says where to go on", async () => {
    const first = await list({ Delimiter: "/", MaxKeys: 3 });
    const rest = await list({ Delimiter: "/", Marker: first.NextMarker });

    expect(first.CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "c/" }]);
    expect(first.NextMarker).toBe("c/");
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["d"]);
    expect(rest.CommonPrefixes).toBeUndefined();
  });
});
