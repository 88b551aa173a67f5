import { expect, test } from "vitest";
import { createS3 } from "./s3.js";

const useS3 = () => {
  const written: string[] = [];
  const s3 = createS3<string>({ onWrite: ({ key }, sender) => written.push(`${sender} ${key}`) });
  const ask = (method: string, headers: Readonly<Record<string, string>> = {}, body = "") => {
    const { status, headers: answered } = s3.serve(
      { method, path: "/bucket/key", query: {}, headers, body: Buffer.from(body) },
      "somebody",
    );
    return { status, etag: answered.etag ?? "" };
  };
  return { ask, written, s3 };
};

test("a write that expects what is not there changes nothing", () => {
  const { ask, written, s3 } = useS3();

  expect(ask("PUT", { "if-match": '"old"' }, "one").status).toBe(404);
  const { etag } = ask("PUT", { "if-none-match": "*" }, "one");
  expect(ask("PUT", { "if-none-match": "*" }, "two").status).toBe(412);
  expect(ask("PUT", { "if-match": '"old"' }, "two").status).toBe(412);
  expect(ask("PUT", { "if-match": etag }, "three").status).toBe(200);

  expect(s3.objects.get("key")?.bytes.toString()).toBe("three");
  expect(written).toEqual(["somebody key", "somebody key"]);
});

test("the same bytes have the same ETag, as on S3", () => {
  const { ask } = useS3();

  const first = ask("PUT", {}, "one").etag;
  ask("PUT", {}, "two");

  expect(ask("PUT", {}, "one").etag).toBe(first);
});

test("a read that knows the version gets no bytes again", () => {
  const { ask } = useS3();

  const { etag } = ask("PUT", {}, "one");

  expect(ask("GET", { "if-none-match": etag }).status).toBe(304);
  expect(ask("GET", { "if-none-match": '"old"' }).status).toBe(200);
});
