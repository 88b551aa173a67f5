import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { crc32 } from "node:zlib";

/**
 * S3 and IoT as far as a step speaks to them, in a process of its own so that its work is not counted as the handler's.
 * Every GET finds the same document again: a write is held to its condition and dropped, so that all rounds are alike.
 */
let document = { body: Buffer.alloc(0), headers: {} };
let stats = noStats();

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const received = Buffer.concat(chunks);
    if (request.url.startsWith("/__")) return control(request.url.slice(3), received, response);
    stats.requests += 1;
    stats.bytesUp += received.length;
    if (request.url.startsWith("/topics/")) return response.end("{}");
    return request.method === "GET" ? get(response) : put(request, response);
  });
});

function get(response) {
  stats.bytesDown += document.body.length;
  response.writeHead(200, document.headers).end(document.body);
}

function put(request, response) {
  if (request.headers["if-match"] === document.headers.etag) return response.writeHead(200, { etag: '"next"' }).end();
  response.writeHead(412, { "content-type": "application/xml" }).end("<Error><Code>PreconditionFailed</Code></Error>");
}

function control(word, received, response) {
  if (word === "document") document = stored(received);
  if (word === "reset") stats = noStats();
  response.end(JSON.stringify(stats));
}

/** S3 has a checksum of whatever a current client wrote, and the client verifies it when it reads. */
function stored(body) {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  const headers = {
    etag: `"${createHash("md5").update(body).digest("hex")}"`,
    "content-length": body.length,
    "content-type": "application/json",
    "x-amz-checksum-crc32": checksum.toString("base64"),
    "x-amz-checksum-type": "FULL_OBJECT",
  };
  return { body, headers };
}

function noStats() {
  return { requests: 0, bytesUp: 0, bytesDown: 0 };
}

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
