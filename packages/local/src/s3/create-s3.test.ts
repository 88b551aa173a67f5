import { GetObjectAclCommand } from "@aws-sdk/client-s3";
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

  test("a closed S3 answers 503", async () => {
    await s3().close();

    await expect(read("a")).rejects.toEqual(refusal("ServiceUnavailable", 503));
  });
});
