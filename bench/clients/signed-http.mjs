import { checksumOf, verifyChecksum } from "./checksum.mjs";
import { bytesOf, signedRequest } from "./signed-request.mjs";

/**
 * What handlers by hand ask of S3 and IoT, over signed requests. S3's bodies are not hashed for the signature
 * (`UNSIGNED-PAYLOAD`, which S3 takes over TLS); their CRC32 is sent and verified, as the AWS clients do.
 */
export const signedHttp = {
  async get(key) {
    const { body, etag } = await signedHttp.getBytes(key);
    return { text: body.toString("utf8"), etag };
  },
  async getBytes(key) {
    const headers = { "x-amz-checksum-mode": "ENABLED", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const response = await signedRequest({ service: "s3", method: "GET", path: pathOf(key), headers });
    const body = await bytesOf(response);
    verifyChecksum(body, response.headers["x-amz-checksum-crc32"]);
    return { body, etag: response.headers.etag };
  },
  put: (key, text, etag) => signedHttp.putPieces(key, [Buffer.from(text)], etag),
  async putPieces(key, pieces, etag) {
    const headers = {
      "content-type": "application/json",
      "content-length": pieces.reduce((sum, { length }) => sum + length, 0),
      "x-amz-checksum-crc32": checksumOf(pieces),
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      ...(etag === undefined ? {} : { "if-match": etag }),
    };
    await bytesOf(await signedRequest({ service: "s3", method: "PUT", path: pathOf(key), headers }, pieces));
  },
  async publish(topic, text) {
    const path = `/topics/${encodeURIComponent(topic)}?qos=0`;
    const request = { service: "iotdata", method: "POST", path, body: text, headers: {} };
    await bytesOf(await signedRequest(request, [Buffer.from(text)]));
  },
};

const pathOf = (key) => `/${process.env.BUCKET_NAME}/${key}`;
