import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { expectError } from "../fixtures/raw-http.js";
import { SIGNED } from "../fixtures/serve.js";
import { useRawS3 } from "../fixtures/use-raw-s3.js";

const { send, put, served } = useRawS3();

describe("what is not implemented", () => {
  test.each([
    ["GET /documents?acl", "GetBucketAcl"],
    ["PUT /documents?policy", "PutBucketPolicy"],
    ["PUT /documents?lifecycle", "PutBucketLifecycleConfiguration"],
    ["GET /documents?object-lock", "GetObjectLockConfiguration"],
    ["GET /documents/a?acl", "GetObjectAcl"],
    ["PUT /documents/a?retention", "PutObjectRetention"],
    ["POST /documents/a?select&select-type=2", "SelectObjectContent"],
    ["POST /documents/a?restore", "RestoreObject"],
    ["PUT /documents/a?partNumber=1", "PutObject"],
  ])("is refused by name and leaves the object alone: %s is %s", async (line, operation) => {
    const response = await send(line, { headers: [SIGNED, "Content-Length: 0"] });

    expectError(response, 501, "NotImplemented");
    expect(response).toContain(`<Operation>${operation}</Operation>`);
    expect((await served().s3.getObject("documents", "a"))?.body.toString()).toBe("12345");
  });

  test.each([
    "x-amz-acl: public-read",
    "x-amz-object-lock-mode: GOVERNANCE",
    "x-amz-server-side-encryption-customer-algorithm: AES256",
    "x-amz-storage-class: GLACIER",
    "x-amz-expected-bucket-owner: 123456789012",
    "If-Unmodified-Since: Sat, 31 Jan 2026 12:00:00 GMT",
  ])("is refused as a header: %s", async (header) => {
    expectError(await put(["Content-Length: 2", header], "hi"), 501, "NotImplemented");
  });

  test("is no method of S3 otherwise", async () => {
    expectError(await send("PATCH /documents/a"), 405, "MethodNotAllowed");
  });
});

describe("addresses", () => {
  test("may name the bucket in the host", async () => {
    expect(await send("GET /a", { host: "documents.localhost:4599" })).toMatch(/\r\n\r\n12345$/);
    expect(await send("GET /?location", { host: "documents.localhost" })).toContain("<LocationConstraint");
  });

  test("that cannot be decoded are InvalidURI", async () => {
    expectError(await send("GET /documents/%zz"), 400, "InvalidURI");
    expectError(await send("GET /documents/%ff"), 400, "InvalidURI");
  });

  test("with a key over 1,024 bytes are KeyTooLongError", async () => {
    await served().s3.putObject("documents", "é".repeat(512), "long");

    expect(await send(`GET /documents/${"%C3%A9".repeat(512)}`)).toMatch(/\r\n\r\nlong$/);
    expectError(await send(`GET /documents/${"%C3%A9".repeat(512)}a`), 400, "KeyTooLongError");
  });
});

test("DeleteObjects without a digest, or with a document that is not its own, is refused", async () => {
  const document = "<Delete><Object><Key>a</Key></Object></Delete>";
  const post = (body: string, ...headers: string[]) =>
    send("POST /documents?delete", { headers: [SIGNED, `Content-Length: ${body.length}`, ...headers], body });
  const digest = (body: string) => `Content-MD5: ${createHash("md5").update(body).digest("base64")}`;

  expectError(await post(document), 400, "InvalidRequest");
  expectError(await post(document, digest("other")), 400, "BadDigest");
  expectError(await post("<Delete/>", digest("<Delete/>")), 400, "MalformedXML");
  expectError(await post("<Delete><Object/></Delete>", digest("<Delete><Object/></Delete>")), 400, "MalformedXML");
  expect((await served().s3.getObject("documents", "a"))?.body.toString()).toBe("12345");
});
