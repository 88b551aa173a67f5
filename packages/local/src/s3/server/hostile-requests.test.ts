import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectNoPollution, hostileText, replaying } from "../../../../../fuzz/hostile.js";
import requests from "../../fixtures/corpus/s3-requests.json" with { type: "json" };
import { SIGNED, sendRaw, serve } from "../fixtures/serve.js";

/** Whatever comes over the wire: an answer of S3's, and no file but below the data folder. */

const useS3 = async () => {
  const outside = await mkdtemp(join(tmpdir(), "sfs3-s3-"));
  onTestFinished(() => rm(outside, { recursive: true }));
  const dataDir = join(outside, "below", "data");
  await mkdir(dataDir, { recursive: true });
  const served = await serve({ dataDir });
  onTestFinished(served.stop);
  await served.s3.createBucket("sidecars");
  const strayFiles = () => [
    ...readdirSync(outside).filter((name) => name !== "below"),
    ...readdirSync(join(outside, "below")).filter((name) => name !== "data"),
  ];
  return { ...served, strayFiles };
};

const UNSAFE_IN_LINE = /[\p{Cc} ]/gu;
const inPath = fc.oneof(
  hostileText.map((text) => encodeURIComponent(Buffer.from(text).toString())),
  hostileText.map((text) => Buffer.from(text).toString("latin1").replace(UNSAFE_IN_LINE, "")),
  fc.constantFrom(
    "..",
    ".",
    "%2e%2e",
    "%2E%2E%2F",
    "..%2f..%2f",
    "%00",
    "%zz",
    "%",
    "",
    "%c0%ae",
    "\\..\\",
    "sidecars",
  ),
);
const path = fc.array(inPath, { minLength: 1, maxLength: 6 }).map((levels) => `/${levels.join("/")}`);
const inBucket = fc.array(inPath, { minLength: 1, maxLength: 4 }).map((levels) => `/sidecars/${levels.join("/")}`);
const QUERY = [
  "uploads",
  "uploadId",
  "partNumber",
  "versionId",
  "versions",
  "list-type",
  "prefix",
  "tagging",
  "delete",
  "versioning",
  "X-Amz-Signature",
];
const query = fc
  .array(fc.tuple(fc.constantFrom(...QUERY), fc.oneof(fc.constant(""), inPath)), { maxLength: 3 })
  .map((all) => all.map(([name, value]) => (value === "" ? name : `${name}=${value}`)).join("&"));
const HEADERS = [
  "x-amz-copy-source",
  "x-amz-meta-a",
  "x-amz-tagging",
  "x-amz-content-sha256",
  "content-encoding",
  "content-md5",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  "x-amz-checksum-crc32",
  "if-match",
  "if-none-match",
  "range",
];
const header = fc.tuple(fc.constantFrom(...HEADERS), inPath).map(([name, value]) => `${name}: ${value}`);
const request = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"),
  path: fc.oneof(path, inBucket),
  query,
  host: fc.oneof(
    { weight: 3, arbitrary: fc.constant("127.0.0.1") },
    { weight: 1, arbitrary: inPath.map((name) => `${name}.localhost`) },
  ),
  headers: fc.array(header, { maxLength: 3 }),
  body: fc.oneof(
    fc.constant(""),
    fc.string({ unit: "binary-ascii" }),
    fc.constantFrom("<Delete><Object><Key>../../x</Key></Object></Delete>", "5\r\nhello\r\n0\r\n\r\n"),
  ),
});

describe("a request of any kind", () => {
  test("is answered as S3 answers, and leaves no file outside of the data folder", async () => {
    const { port, strayFiles, warnings, s3 } = await useS3();
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, host, headers, body }) => {
        const line = `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1`;
        const length = `Content-Length: ${Buffer.byteLength(body)}`;
        const head = [line, `Host: ${host}`, "Connection: close", length, SIGNED, ...headers].join("\r\n");

        const answer = await sendRaw(port, `${head}\r\n\r\n${body}`);

        expect(answer).toMatch(/^HTTP\/1\.1 (2\d\d|304|4\d\d|501) /);
        expect(warnings).toEqual([]);
        expect(strayFiles()).toEqual([]);
        expectNoPollution();
      }),
      replaying(requests, 300),
    );
    // One of the requests may have deleted the bucket, as it may.
    await s3.createBucket("made-afterwards");
    expect(s3.listKeys("made-afterwards")).toEqual([]);
  });
});
