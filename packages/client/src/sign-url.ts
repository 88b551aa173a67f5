import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { IotCredentials } from "./iot-credentials.js";

const SERVICE = "iotdevicegateway";

/** The URL is used at once; the rest is for clocks that differ. */
const EXPIRES_SECONDS = 300;

/**
 * The WebSocket URL of the broker, signed with Signature Version 4. IoT Core wants the session token appended after
 * signing: it is no part of what is signed.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT over WebSocket with AWS Signature Version 4".
 */
export async function signUrl(credentials: IotCredentials, nowMs: number): Promise<string> {
  const { iotEndpoint, region, accessKey, secretKey, sessionToken } = credentials;
  const url = new URL(/^wss?:\/\//.test(iotEndpoint) ? iotEndpoint : `wss://${iotEndpoint}/mqtt`);
  const signer = new SignatureV4({
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    region,
    service: SERVICE,
    sha256: Sha256,
  });
  const { query } = await signer.presign(
    {
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host },
    },
    { signingDate: new Date(nowMs), expiresIn: EXPIRES_SECONDS },
  );
  const signed = Object.entries({ ...query, ...(sessionToken && { "X-Amz-Security-Token": sessionToken }) });
  url.search = signed.map(([name, value]) => `${escapeUri(name)}=${escapeUri(String(value))}`).join("&");
  return url.href;
}

/** Signature Version 4 escapes more than `encodeURIComponent`, and no space as `+`. */
const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
