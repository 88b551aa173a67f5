import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { expectError } from "./fixtures/raw-http.js";
import { SIGNED, sendRaw } from "./fixtures/serve.js";
import { useRawS3 } from "./fixtures/use-raw-s3.js";

const { send, put, served } = useRawS3();

function putChunked(wire: string, headers: readonly string[] = ["x-amz-decoded-content-length: 5"]) {
  const framing = [
    `Content-Length: ${wire.length}`,
    "Content-Encoding: aws-chunked",
    "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  ];
  return put([...framing, ...headers], wire);
}

async function stored() {
  return (await served().s3.getObject("documents", "raw"))?.body.toString();
}

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
      served().port,
      `PUT /documents/raw HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhal`,
      { end: true },
    );

    expect(await stored()).toBe(before);
    expect(served().warnings).toEqual([]);
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

  test("may come as the AWS CLI sends it: of unknown length on the wire, after 100 Continue", async () => {
    const chunked = "5\r\nhello\r\n0\r\nx-amz-checksum-crc64nvme:M3eFcAZSQlc=\r\n\r\n";
    const headers = [
      "Transfer-Encoding: chunked",
      "Content-Encoding: aws-chunked",
      "Expect: 100-continue",
      "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-sdk-checksum-algorithm: CRC64NVME",
      "x-amz-decoded-content-length: 5",
      "x-amz-trailer: x-amz-checksum-crc64nvme",
    ];

    const response = await put(headers, `${chunked.length.toString(16)}\r\n${chunked}\r\n0\r\n\r\n`);

    expect(response).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 [\s\S]*x-amz-checksum-crc64nvme: M3eFcAZSQlc=/,
    );
    expect(await stored()).toBe("hello");
  });

  const trailers = {
    crc32: "NhCmhg==",
    crc32c: "mnG7TA==",
    crc64nvme: "M3eFcAZSQlc=",
    sha1: createHash("sha1").update("hello").digest("base64"),
    sha256: createHash("sha256").update("hello").digest("base64"),
  };

  test.each(Object.entries(trailers))("is held against its %s trailer", async (algorithm, value) => {
    const name = `x-amz-checksum-${algorithm}`;
    const announced = ["x-amz-decoded-content-length: 5", `x-amz-trailer: ${name}`];
    const wire = (text: string) => `5\r\n${text}\r\n0\r\n${name}:${value}\r\n\r\n`;

    expect(await putChunked(wire("hello"), announced)).toMatch(/^HTTP\/1.1 200 /);
    expectError(await putChunked(wire("jello"), announced), 400, "BadDigest");
    expect(await stored()).toBe("hello");
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

  test.each([
    ["small", 1],
    ["large", 4 * 1024 * 1024],
  ])("that is refused, %s, leaves the connection usable", async (_size, padding) => {
    const bad = `zz\r\n${"x".repeat(padding)}`;
    const first = `PUT /documents/raw HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nContent-Length: ${bad.length}\r\nx-amz-decoded-content-length: 5\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n\r\n${bad}`;
    const second = `GET /documents/a HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nConnection: close\r\n\r\n`;

    expect(await sendRaw(served().port, first + second)).toMatch(/^HTTP\/1.1 400 [\s\S]*HTTP\/1.1 200 [\s\S]*12345$/);
  });

  test("that is refused before it is read leaves the connection usable", async () => {
    const body = "x".repeat(4_000_000);
    const first = `PUT /documents/raw HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nContent-MD5: no\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const second = `GET /documents/a HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nConnection: close\r\n\r\n`;

    expect(await sendRaw(served().port, first + second)).toMatch(/^HTTP\/1.1 400 [\s\S]*HTTP\/1.1 200 [\s\S]*12345$/);
  });

  test("that is refused is answered at once, though the client has more to send", async () => {
    const socket = connect(served().port, "127.0.0.1");
    socket.write(
      `PUT /documents/raw HTTP/1.1\r\nHost: a\r\n${SIGNED}\r\nContent-Length: 1000\r\nx-amz-decoded-content-length: 5\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n\r\nzz\r\n`,
    );

    const [answer] = await once(socket, "data");

    expect(String(answer)).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();
  });
});
