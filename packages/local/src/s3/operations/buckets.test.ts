import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, NOW_MS, refusal, useS3 } from "../fixtures/use-s3.js";

const { client, put } = useS3();

describe("buckets", () => {
  test("are created, found, listed and deleted", async () => {
    await client().send(new CreateBucketCommand({ Bucket: "another" }));
    await client().send(new HeadBucketCommand({ Bucket: "another" }));
    const listed = await client().send(new ListBucketsCommand());
    await client().send(new DeleteBucketCommand({ Bucket: "another" }));

    expect(listed.Buckets).toEqual([
      { Name: "another", CreationDate: new Date(NOW_MS) },
      { Name: "documents", CreationDate: new Date(NOW_MS) },
    ]);
    await expect(client().send(new HeadBucketCommand({ Bucket: "another" }))).rejects.toEqual(refusal("NotFound", 404));
  });

  test("keep the location they were created with", async () => {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await client().send(new CreateBucketCommand({ Bucket: "european", CreateBucketConfiguration }));

    const european = await client().send(new GetBucketLocationCommand({ Bucket: "european" }));
    const american = await client().send(new GetBucketLocationCommand({ Bucket }));

    expect(european.LocationConstraint).toBe("eu-west-1");
    expect(american.LocationConstraint ?? "").toBe("");
  });

  test("with an object cannot be deleted", async () => {
    await put("a", "1");

    await expect(client().send(new DeleteBucketCommand({ Bucket }))).rejects.toEqual(refusal("BucketNotEmpty", 409));
  });

  test("have names by S3's rules", async () => {
    const create = client().send(new CreateBucketCommand({ Bucket: "Not_A_Bucket" }));

    await expect(create).rejects.toEqual(refusal("InvalidBucketName", 400));
  });

  test("that do not exist are refused for objects", async () => {
    const nowhere = { Bucket: "nowhere", Key: "a" };

    await expect(client().send(new GetObjectCommand(nowhere))).rejects.toEqual(refusal("NoSuchBucket", 404));
    await expect(client().send(new PutObjectCommand({ ...nowhere, Body: "1" }))).rejects.toEqual(
      refusal("NoSuchBucket", 404),
    );
  });
});
