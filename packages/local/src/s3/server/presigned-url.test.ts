import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { expectError } from "../fixtures/raw-http.js";
import { NOW_MS, useRawS3 } from "../fixtures/use-raw-s3.js";

const { send, served } = useRawS3();

interface Presigned {
  readonly date?: string;
  readonly expires?: string;
  readonly signed?: string;
  readonly more?: string;
}

function presigned({ date = "20260131T120000Z", expires = "300", signed = "host", more = "" }: Presigned): string {
  const scope = "test%2F20260131%2Fus-east-1%2Fs3%2Faws4_request";
  return `/documents/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}&X-Amz-Date=${date}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=${signed}&X-Amz-Signature=0a${more}`;
}
const get = (url: Presigned, headers: readonly string[] = []) => send(`GET ${presigned(url)}`, { headers });

describe("a presigned URL", () => {
  const signingDate = new Date(NOW_MS);

  test("of the client's reads, without credentials", async () => {
    const command = new GetObjectCommand({ Bucket: "documents", Key: "a", ResponseContentType: "text/plain" });
    const url = await getSignedUrl(served().client, command, { expiresIn: 60, signingDate });

    const response = await fetch(url);

    expect(await response.text()).toBe("12345");
    expect(response.headers.get("content-type")).toBe("text/plain");
  });

  test("of the client's writes what is sent, with the metadata that was signed", async () => {
    const Metadata = { journal: "entry" };
    const command = new PutObjectCommand({ Bucket: "documents", Key: "put", Metadata, ContentType: "text/plain" });
    const url = await getSignedUrl(served().client, command, {
      signingDate,
      signableHeaders: new Set(["content-type"]),
    });

    const unlike = await fetch(url, { method: "PUT", body: Buffer.from("hello") });
    const written = await fetch(url, { method: "PUT", body: "hello", headers: { "Content-Type": "text/plain" } });

    expect([unlike.status, written.status]).toEqual([403, 200]);
    expect(await unlike.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
    expect(await served().s3.getObject("documents", "put")).toMatchObject({
      body: Buffer.from("hello"),
      contentType: "text/plain",
      metadata: Metadata,
    });
  });

  test("is served until it expires", async () => {
    expect(await get({ date: "20260131T115500Z" })).toMatch(/^HTTP\/1.1 200 /);

    const expired = await get({ date: "20260131T115459Z" });

    expectError(expired, 403, "AccessDenied");
    expect(expired).toContain("<Message>Request has expired</Message>");
    expect(expired).toContain("<Expires>2026-01-31T11:59:59.000Z</Expires>");
  });

  test("of the future is refused", async () => {
    expect(await get({ date: "20260131T121459Z" })).toMatch(/^HTTP\/1.1 200 /);
    expect(await get({ date: "20260131T121501Z" })).toContain("<Message>Request is not yet valid</Message>");
  });

  test.each([
    { date: "yesterday" },
    { date: "20269931T120000Z" },
    { expires: "604801" },
    { expires: "-1" },
    { expires: "soon" },
  ])("without a valid date and lifetime is refused: %j", async (url) => {
    expectError(await get(url), 400, "AuthorizationQueryParametersError");
  });

  test("lasts a week at most", async () => {
    expect(await get({ date: "20260124T120000Z", expires: "604800" })).toMatch(/^HTTP\/1.1 200 /);
  });

  test.each(["X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"])(
    "without %s is refused",
    async (name) => {
      const line = `GET ${presigned({}).replace(name, "left-out")}`;

      expectError(await send(line, { headers: [] }), 400, "AuthorizationQueryParametersError");
    },
  );

  test("comes with the headers that were signed, and no others of AWS's", async () => {
    const refused = await get({}, ["x-amz-meta-added: later"]);

    expectError(refused, 403, "AccessDenied");
    expect(refused).toContain("<HeadersNotSigned>x-amz-meta-added</HeadersNotSigned>");
    expectError(await get({ signed: "host;x-amz-meta-a" }), 403, "SignatureDoesNotMatch");
    expect(await get({ signed: "host;x-amz-meta-a" }, ["x-amz-meta-a: b"])).toMatch(/^HTTP\/1.1 200 /);
    expect(await get({}, ["Cache-Control: no-cache"])).toMatch(/^HTTP\/1.1 200 /);
  });

  test("carries metadata as parameters, and a checksum that nobody looks at", async () => {
    const more = "&x-amz-meta-journal=entry&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32";
    const line = `PUT ${presigned({ more }).replace("/a?", "/hoisted?")}`;

    expect(await send(line, { headers: ["Content-Length: 2"], body: "hi" })).toMatch(/^HTTP\/1.1 200 /);

    expect((await served().s3.getObject("documents", "hoisted"))?.metadata).toEqual({ journal: "entry" });
  });

  test("of signature version 2 is served until it expires", async () => {
    const line = (expires: string) => `GET /documents/a?AWSAccessKeyId=test&Signature=c2ln&Expires=${expires}`;

    expect(await send(line(String(NOW_MS / 1000)), { headers: [] })).toMatch(/^HTTP\/1.1 200 /);
    expect(await send(line(String(NOW_MS / 1000 - 1)), { headers: [] })).toContain("Request has expired");
    expectError(await send(line("soon"), { headers: [] }), 403, "AccessDenied");
  });
});
