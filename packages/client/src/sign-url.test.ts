import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { credentialsFor } from "./fixtures/use-api.js";
import { signUrl } from "./sign-url.js";

/** 2026-03-04T05:06:07Z */
const NOW_MS = 1_772_600_767_000;

const HOST = "abc123-ats.iot.eu-west-1.amazonaws.com";

test("the URL of a host is signed for the device gateway, the token appended behind the signature", async () => {
  const url = await signUrl({ ...credentialsFor(HOST), region: "eu-west-1" }, NOW_MS);

  expect(url).toBe(
    `wss://${HOST}/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256` +
      "&X-Amz-Credential=AKIDEXAMPLE%2F20260304%2Feu-west-1%2Fiotdevicegateway%2Faws4_request" +
      "&X-Amz-Date=20260304T050607Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host" +
      `&X-Amz-Signature=${signatureOf(HOST)}&X-Amz-Security-Token=token%2Fwith%2Bsigns%3D`,
  );
});

test("a whole URL keeps scheme, port, path and query", async () => {
  const url = new URL(await signUrl(credentialsFor("ws://127.0.0.1:4711/broker?tenant=a%20b"), NOW_MS));

  expect(url.protocol + url.host + url.pathname).toBe("ws:127.0.0.1:4711/broker");
  expect(url.searchParams.get("tenant")).toBe("a b");
  expect(url.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
});

test("credentials without a token leave it out", async () => {
  const url = new URL(await signUrl({ ...credentialsFor(HOST), sessionToken: undefined }, NOW_MS));

  expect(url.searchParams.has("X-Amz-Security-Token")).toBe(false);
});

/** Signature Version 4 by hand, as the AWS General Reference describes it. */
function signatureOf(host: string): string {
  const query =
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260304%2Feu-west-1%2Fiotdevicegateway%2Faws4_request" +
    "&X-Amz-Date=20260304T050607Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host";
  const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const request = ["GET", "/mqtt", query, `host:${host}`, "", "host", emptyHash].join("\n");
  const scope = "20260304/eu-west-1/iotdevicegateway/aws4_request";
  const hash = createHash("sha256").update(request).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", "20260304T050607Z", scope, hash].join("\n");
  const secret = `AWS4${credentialsFor(host).secretKey}`;
  const key = scope
    .split("/")
    .reduce<string | Buffer>((k, part) => createHmac("sha256", k).update(part).digest(), secret);
  return createHmac("sha256", key).update(toSign).digest("hex");
}
