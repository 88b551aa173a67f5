import { createHash } from "node:crypto";
import { createServer } from "node:http";

/**
 * S3 and IoT as far as a step speaks to them, in a process of its own so that its work is not counted as the handler's.
 * Every GET finds the same document again: what a handler writes is checked and dropped, so that rounds are alike.
 */
let body = Buffer.alloc(0);
let etag = "";
let stats = noStats();

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const received = Buffer.concat(chunks);
    if (request.url.startsWith("/__")) return control(request.url, received, response);
    answer(request, received, response);
  });
});

function answer(request, received, response) {
  stats.requests += 1;
  stats.bytesIn += received.length;
  if (request.url.startsWith("/topics/")) return response.end("{}");
  if (request.method === "GET") {
    stats.bytesOut += body.length;
    response.writeHead(200, { etag, "content-length": body.length, "content-type": "application/json" });
    return response.end(body);
  }
  if (request.headers["if-match"] !== etag) {
    response.writeHead(412, { "content-type": "application/xml" });
    return response.end("<Error><Code>PreconditionFailed</Code></Error>");
  }
  response.writeHead(200, { etag: '"next"' });
  response.end();
}

function control(url, received, response) {
  if (url === "/__document") {
    body = received;
    etag = `"${createHash("md5").update(received).digest("hex")}"`;
  }
  if (url === "/__reset") stats = noStats();
  response.end(JSON.stringify(stats));
}

function noStats() {
  return { requests: 0, bytesIn: 0, bytesOut: 0 };
}

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
