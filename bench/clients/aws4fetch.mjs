import { AwsClient } from "aws4fetch";
import { checksumOf, verifyChecksum } from "./checksum.mjs";

const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
const client = new AwsClient({
  accessKeyId: AWS_ACCESS_KEY_ID,
  secretAccessKey: AWS_SECRET_ACCESS_KEY,
  sessionToken: AWS_SESSION_TOKEN,
  region: AWS_REGION,
});

/** aws4fetch over the platform's fetch, with the CRC32 that the AWS clients send and verify. It repeats a failed request itself. */
export const aws4fetch = {
  async get(key) {
    const headers = { "x-amz-checksum-mode": "ENABLED", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const response = await send(urlOf(key), { headers, aws: { service: "s3" } });
    const body = Buffer.from(await response.arrayBuffer());
    verifyChecksum(body, response.headers.get("x-amz-checksum-crc32"));
    return { text: body.toString("utf8"), etag: response.headers.get("etag") };
  },
  async put(key, text, etag) {
    const body = Buffer.from(text);
    const headers = {
      "content-type": "application/json",
      "x-amz-checksum-crc32": checksumOf([body]),
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      ...(etag === undefined ? {} : { "if-match": etag }),
    };
    await send(urlOf(key), { method: "PUT", headers, body, aws: { service: "s3" } });
  },
  async publish(topic, text) {
    const url = `${AWS_ENDPOINT_URL}/topics/${encodeURIComponent(topic)}?qos=0`;
    await send(url, { method: "POST", body: text, aws: { service: "iotdata" } });
  },
};

const urlOf = (key) => `${AWS_ENDPOINT_URL}/${process.env.BUCKET_NAME}/${key}`;

async function send(url, init) {
  const response = await client.fetch(url, init);
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url} was answered ${response.status}.`);
  // fetch holds the connection until the body is read.
  if (init.method !== undefined) await response.arrayBuffer();
  return response;
}
