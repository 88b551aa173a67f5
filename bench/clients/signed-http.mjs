import http from "node:http";
import https from "node:https";
import aws4 from "aws4";
import { checksumOf, verifyChecksum } from "./checksum.mjs";

const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const { request, Agent } = endpoint.protocol === "https:" ? https : http;
const agent = new Agent({ keepAlive: true });
const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
};

/**
 * Requests over node:http, signed by aws4: the least that S3 and IoT can be spoken to with. S3's bodies are not hashed for the
 * signature (`UNSIGNED-PAYLOAD`, which S3 takes over TLS); their CRC32 is sent and verified, as the AWS clients do. No retries.
 */
export const signedHttp = {
  async get(key) {
    const { body, etag } = await this.getBytes(key);
    return { text: body.toString("utf8"), etag };
  },
  async getBytes(key) {
    const asked = { "x-amz-checksum-mode": "ENABLED", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const { body, headers } = await send({ service: "s3", method: "GET", path: pathOf(key), headers: asked }, []);
    verifyChecksum(body, headers["x-amz-checksum-crc32"]);
    return { body, etag: headers.etag };
  },
  put: (key, text, etag) => signedHttp.putPieces(key, [Buffer.from(text)], etag),
  /** Pieces that lie apart in memory are sent as they lie. */
  async putPieces(key, pieces, etag) {
    const headers = {
      "content-type": "application/json",
      "content-length": pieces.reduce((sum, { length }) => sum + length, 0),
      "x-amz-checksum-crc32": checksumOf(pieces),
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      ...(etag === undefined ? {} : { "if-match": etag }),
    };
    await send({ service: "s3", method: "PUT", path: pathOf(key), headers }, pieces);
  },
  async publish(topic, text) {
    const path = `/topics/${encodeURIComponent(topic)}?qos=0`;
    await send({ service: "iotdata", method: "POST", path, body: text, headers: {} }, [Buffer.from(text)]);
  },
};

const pathOf = (key) => `/${process.env.BUCKET_NAME}/${key}`;

function send(unsigned, pieces) {
  const region = process.env.AWS_REGION;
  const { method, path, headers } = aws4.sign({ ...unsigned, host: endpoint.host, region }, credentials);
  return new Promise((resolve, reject) => {
    const { hostname, port } = endpoint;
    const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(chunks);
        if (response.statusCode < 300) resolve({ body, headers: response.headers });
        else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${body}`));
      });
    });
    sent.on("error", reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}
