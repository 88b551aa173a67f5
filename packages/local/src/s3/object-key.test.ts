import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { Bucket, useS3 } from "./fixtures/use-s3.js";

const { client, put, read, s3 } = useS3();

describe("keys", () => {
  const special = [
    "a+b",
    "100%",
    "%41",
    "with space",
    " leading and trailing ",
    "/leading",
    "double//slash",
    "trailing/",
    "ünïcödé 💥",
    "a&b=c?d#e",
    "quote\"<>&'",
    "A",
    "back\\slash",
    "con",
    "...",
    ".",
    "../escape",
    "a/../b",
    "!'()*~",
    "line\nbreak",
    "x".repeat(1024),
  ];

  test.each(special)("round-trip, whatever their characters: %j", async (key) => {
    await put(key, `body of ${key}`);

    const listed = await client().send(new ListObjectsV2Command({ Bucket }));

    expect((await read(key)).text).toBe(`body of ${key}`);
    expect(listed.Contents?.map((object) => object.Key)).toEqual([key]);
    expect(s3().listKeys(Bucket)).toEqual([key]);
  });

  test("are listed form-encoded on request", async () => {
    await put("a b/ü+*", "1");

    const listed = await client().send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));

    expect(listed.Contents?.[0]?.Key).toBe("a+b/%C3%BC%2B*");
  });

  test("may differ in case alone", async () => {
    await put("key", "lower");
    await put("KEY", "upper");

    expect([(await read("key")).text, (await read("KEY")).text]).toEqual(["lower", "upper"]);
  });
});
