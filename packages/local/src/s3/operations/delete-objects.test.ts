import { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, useS3 } from "../fixtures/use-s3.js";

const { client, put, s3 } = useS3();

describe("DeleteObjects", () => {
  test("deletes what is named, and reports", async () => {
    await put("a&b", "1");
    await put("kept", "1");
    const Objects = [{ Key: "a&b" }, { Key: "missing" }];

    const result = await client().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(result.Deleted).toEqual([{ Key: "a&b" }, { Key: "missing" }]);
    expect(s3().listKeys(Bucket)).toEqual(["kept"]);
  });

  test("reports errors only when quiet", async () => {
    const Delete = { Objects: [{ Key: "a" }], Quiet: true };

    const result = await client().send(new DeleteObjectsCommand({ Bucket, Delete }));

    expect(result.Deleted).toBeUndefined();
  });
});
