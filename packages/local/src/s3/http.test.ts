import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, SIGNED, sendRaw, serve } from "./fixtures/serve.js";

const NOW_MS = Date.UTC(2026, 0, 31, 12, 0, 0);
let served: Served;

beforeAll(async () => {
  served = await serve({ now: () => NOW_MS });
  await served.s3.createBucket("documents");
  await served.s3.putObject("documents", "a", "12345");
});
afterAll(() => served.stop());

interface RawRequest {
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

function send(line: string, { host = "127.0.0.1", headers = [SIGNED], body = "" }: RawRequest = {}) {
  const head = [`${line} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headers].join("\r\n");
  return sendRaw(served.port, `${head}\r\n\r\n${body}`);
}

function put(headers: readonly string[], body: string) {
  return send("PUT /documents/raw", { headers: [SIGNED, ...headers], body });
}

function putChunked(wire: string, headers: readonly string[] = ["x-amz-decoded-content-length: 5"]) {
  const framing = [
    `Content-Length: ${wire.length}`,
    "Content-Encoding: aws-chunked",
    "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  ];
  return put([...framing, ...headers], wire);
}

function expectError(response: string, status: number, code: string) {
  expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(response).toContain(`<Error><Code>${code}</Code><Message>`);
}

async function stored() {
  return (await served.s3.getObject("documents", "raw"))?.body.toString();
}

describe("every response", () => {
  test("carries the two request ids", async () => {
    expect(await send("GET /documents/a")).toMatch(/x-amz-request-id: [0-9A-F]{16}\r\nx-amz-id-2: \S+\r\n/);
    expect(await send("GET /documents/missing")).toMatch(
      /x-amz-request-id: ([0-9A-F]{16})[\s\S]*<RequestId>\1<\/RequestId>/,
    );
  });

  test("to HEAD has no body, errors included", async () => {
    expect(await send("HEAD /documents/missing")).toMatch(/^HTTP\/1.1 404 [\s\S]*\r\n\r\n$/);
    expect(await send("HEAD /documents/a")).toMatch(/^HTTP\/1.1 200 [\s\S]*content-length: 5\r\n[\s\S]*\r\n\r\n$/);
  });
});

describe("a request that is not signed", () => {
  test.each(["GET /documents/a", "PUT /documents/a", "DELETE /documents/a", "GET /", "PUT /documents?acl"])(
    "is AccessDenied: %s",
    async (line) => expectError(await send(line, { headers: ["Content-Length: 0"] }), 403, "AccessDenied"),
  );

  test("by another scheme is refused", async () => {
    expectError(await send("GET /documents/a", { headers: ["Authorization: AWS a:b"] }), 400, "InvalidArgument");
    expectError(
      await send("GET /documents/a", { headers: ["Authorization: AWS4-HMAC-SHA256 nonsense"] }),
      400,
      "AuthorizationHeaderMalformed",
    );
  });
});

describe("a presigned URL", () => {
  const presigned = (date: string, expires: number) =>
    `/documents/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=${expires}&X-Amz-Signature=0a`;

  test("is served until it expires", async () => {
    expect(await send(`GET ${presigned("20260131T115500Z", 300)}`, { headers: [] })).toMatch(/^HTTP\/1.1 200 /);
    const expired = await send(`GET ${presigned("20260131T115459Z", 300)}`, { headers: [] });
    expectError(expired, 403, "AccessDenied");
    expect(expired).toContain("<Message>Request has expired</Message>");
  });

  test("without a valid date and lifetime is refused", async () => {
    const response = await send(`GET ${presigned("yesterday", 300)}`, { headers: [] });
    expectError(response, 400, "AuthorizationQueryParametersError");
  });

  test("carries metadata as parameters", async () => {
    const line = `PUT ${presigned("20260131T120000Z", 60).replace("/a?", "/hoisted?")}&x-amz-meta-journal=entry`;
    await send(line, { headers: ["Content-Length: 2"], body: "hi" });

    expect((await served.s3.getObject("documents", "hoisted"))?.metadata).toEqual({ journal: "entry" });
  });
});

describe("what is not implemented", () => {
  test.each([
    ["GET /documents?acl", "GetBucketAcl"],
    ["GET /documents?versioning", "GetBucketVersioning"],
    ["PUT /documents?policy", "PutBucketPolicy"],
    ["GET /documents?uploads", "ListMultipartUploads"],
    ["GET /documents?versions", "ListObjectVersions"],
    ["GET /documents", "ListObjects"],
    ["PUT /documents/a?tagging", "PutObjectTagging"],
    ["GET /documents/a?acl", "GetObjectAcl"],
    ["POST /documents/a?uploads", "CreateMultipartUpload"],
    ["PUT /documents/a?partNumber=1&uploadId=x", "UploadPart"],
    ["POST /documents/a?uploadId=x", "CompleteMultipartUpload"],
    ["DELETE /documents/a?uploadId=x", "AbortMultipartUpload"],
    ["GET /documents/a?versionId=1", "GetObject"],
    ["DELETE /documents/a?versionId=1", "DeleteObject"],
  ])("is refused by name and leaves the object alone: %s is %s", async (line, operation) => {
    const response = await send(line, { headers: [SIGNED, "Content-Length: 0"] });

    expectError(response, 501, "NotImplemented");
    expect(response).toContain(`<Operation>${operation}</Operation>`);
    expect((await served.s3.getObject("documents", "a"))?.body.toString()).toBe("12345");
  });

  test.each([
    "x-amz-acl: public-read",
    "x-amz-tagging: a=b",
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
    await served.s3.putObject("documents", "é".repeat(512), "long");

    expect(await send(`GET /documents/${"%C3%A9".repeat(512)}`)).toMatch(/\r\n\r\nlong$/);
    expectError(await send(`GET /documents/${"%C3%A9".repeat(512)}a`), 400, "KeyTooLongError");
  });
});

describe("a range", () => {
  test.each([
    ["bytes=1-2", "23", "bytes 1-2/5"],
    ["bytes=3-", "45", "bytes 3-4/5"],
    ["bytes=3-99", "45", "bytes 3-4/5"],
    ["bytes=-2", "45", "bytes 3-4/5"],
    ["bytes=-99", "12345", "bytes 0-4/5"],
  ])("%s is %s", async (range, body, contentRange) => {
    const response = await send("GET /documents/a", { headers: [SIGNED, `Range: ${range}`] });

    expect(response).toMatch(/^HTTP\/1.1 206 /);
    expect(response).toContain(`content-range: ${contentRange}\r\n`);
    expect(response.split("\r\n\r\n")[1]).toBe(body);
  });

  test.each(["bytes=5-", "bytes=9-10", "bytes=-0"])("%s is InvalidRange", async (range) => {
    const response = await send("GET /documents/a", { headers: [SIGNED, `Range: ${range}`] });

    expectError(response, 416, "InvalidRange");
    expect(response).toContain("content-range: bytes */5\r\n");
  });

  test.each(["bytes=0-1,3-4", "bytes=4-2", "lines=1-2", "bytes=-"])("%s is answered with all of it", async (range) => {
    const response = await send("GET /documents/a", { headers: [SIGNED, `Range: ${range}`] });

    expect(response).toMatch(/^HTTP\/1.1 200 [\s\S]*\r\n\r\n12345$/);
  });
});

describe("a plain body", () => {
  test("waits for 100 Continue where the client does", async () => {
    const response = await put(["Content-Length: 5", "Expect: 100-continue"], "hello");

    expect(response).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
    expect(await stored()).toBe("hello");
  });

  test("needs a length", async () => {
    expectError(await put([], ""), 411, "MissingContentLength");
    expectError(await put(["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"), 501, "NotImplemented");
    expectError(await put([`Content-Length: ${5 * 1024 ** 3 + 1}`], ""), 400, "EntityTooLarge");
  });

  const md5 = createHash("md5").update("hello").digest("base64");
  const sha256 = createHash("sha256").update("hello").digest();

  test.each([
    ["Content-MD5", `Content-MD5: ${md5}`],
    ["x-amz-content-sha256", `x-amz-content-sha256: ${sha256.toString("hex")}`],
    ["CRC32", "x-amz-checksum-crc32: NhCmhg=="],
    ["CRC32C", "x-amz-checksum-crc32c: mnG7TA=="],
    ["CRC64NVME", "x-amz-checksum-crc64nvme: M3eFcAZSQlc="],
    ["SHA1", `x-amz-checksum-sha1: ${createHash("sha1").update("hello").digest("base64")}`],
    ["SHA256", `x-amz-checksum-sha256: ${sha256.toString("base64")}`],
  ])("is held against its %s", async (_name, header) => {
    expect(await put(["Content-Length: 5", header], "hello")).toMatch(/^HTTP\/1.1 200 /);

    const refused = await put(["Content-Length: 5", header], "jello");
    expect(refused).toMatch(/^HTTP\/1.1 400 /);
    expect(refused).toMatch(/<Code>(BadDigest|XAmzContentSHA256Mismatch)<\/Code>/);
    expect(await stored()).toBe("hello");
  });

  test.each([
    ["Content-MD5: short", "InvalidDigest"],
    ["x-amz-content-sha256: nonsense", "InvalidArgument"],
    ["x-amz-checksum-crc32: nonsense", "InvalidRequest"],
    ["x-amz-checksum-md6: AAAA", "InvalidRequest"],
    ["x-amz-sdk-checksum-algorithm: CRC32", "InvalidRequest"],
    ["x-amz-server-side-encryption: ROT13", "InvalidArgument"],
    [`x-amz-meta-large: ${"x".repeat(2048)}`, "MetadataTooLarge"],
  ])("with %s is refused", async (header, code) => {
    expectError(await put(["Content-Length: 5", header], "hello"), 400, code);
  });

  test("that ends early stores nothing, and is no fault of the server", async () => {
    const before = await stored();
    await sendRaw(
      served.port,
      `PUT /documents/raw HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhal`,
      { end: true },
    );

    expect(await stored()).toBe(before);
    expect(served.warnings).toEqual([]);
  });
});

describe("an aws-chunked body", () => {
  const trailer = ["x-amz-decoded-content-length: 5", "x-amz-trailer: x-amz-checksum-crc32"];

  test("is stored decoded, and its encoding is not the object's", async () => {
    const response = await putChunked("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", trailer);

    expect(response).toMatch(/^HTTP\/1.1 200 [\s\S]*x-amz-checksum-crc32: NhCmhg==\r\n/);
    expect(await stored()).toBe("hello");
    expect(await send("GET /documents/raw")).not.toContain("content-encoding");
  });

  test("may be signed chunk by chunk", async () => {
    const signature = `chunk-signature=${"0a".repeat(32)}`;
    const wire = `5;${signature}\r\nworld\r\n0;${signature}\r\n\r\n`;
    const headers = [`Content-Length: ${wire.length}`, "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD"];

    expect(await put([...headers, "x-amz-decoded-content-length: 5"], wire)).toMatch(/^HTTP\/1.1 200 /);
    expect(await stored()).toBe("world");
  });

  test.each([
    [
      "another checksum than announced",
      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      "BadDigest",
      trailer,
    ],
    ["no trailer though announced", "5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError", trailer],
    ["a malformed size", "zz\r\nhello\r\n0\r\n\r\n", "InvalidRequest", undefined],
    ["fewer bytes than declared", "3\r\nhel\r\n0\r\n\r\n", "IncompleteBody", undefined],
    ["more bytes than declared", "6\r\nhello!\r\n0\r\n\r\n", "IncompleteBody", undefined],
    ["no end", "5\r\nhello\r\n", "IncompleteBody", undefined],
  ])("with %s is refused and stores nothing", async (_what, wire, code, headers) => {
    const before = await stored();

    const response = await putChunked(wire, headers);

    expectError(response, 400, code);
    expect(await stored()).toBe(before);
  });

  test("needs its decoded length", async () => {
    expectError(await putChunked("0\r\n\r\n", []), 411, "MissingContentLength");
  });

  test("that is refused leaves the connection usable", async () => {
    const bad = "zz\r\nhello\r\n0\r\n\r\n";
    const first = `PUT /documents/raw HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nContent-Length: ${bad.length}\r\nx-amz-decoded-content-length: 5\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n\r\n${bad}`;
    const second = `GET /documents/a HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nConnection: close\r\n\r\n`;

    expect(await sendRaw(served.port, first + second)).toMatch(/^HTTP\/1.1 400 [\s\S]*HTTP\/1.1 200 [\s\S]*12345$/);
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
  expect((await served.s3.getObject("documents", "a"))?.body.toString()).toBe("12345");
});
