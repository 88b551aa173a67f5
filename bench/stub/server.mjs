import { createServer } from "node:http";
import { setTimeout as sleepMs } from "node:timers/promises";
import { decodeAwsChunked } from "./aws-chunked.mjs";
import { answer, freeze } from "./s3.mjs";

/**
 * S3 and IoT as far as steps speak to them, in a process of its own so that its work is not counted as the handler's. Its one
 * argument is how long each request takes on its way: half of it before the request takes effect, half after. Milliseconds.
 */
const latencyMs = Number(process.argv[2] ?? 0);

let stats = noStats();

const server = createServer(async (request, response) => {
  const received = [];
  for await (const chunk of request) received.push(chunk);
  const url = new URL(request.url, "http://stub");
  if (url.pathname.startsWith("/__")) return control(url, response);
  await travel();
  const { status, headers = {}, body } = served(request, url, received);
  await travel();
  response.writeHead(status, { ...headers, "content-length": headers["content-length"] ?? body?.length ?? 0 });
  response.end(request.method === "HEAD" ? undefined : body);
});

function served(request, url, received) {
  if (url.pathname.startsWith("/topics/")) {
    stats.publishes += 1;
    return { status: 200, body: Buffer.from("{}") };
  }
  // One chunk needs no copy, and a frozen bucket none at all: neither is the client's to wait for.
  const body = () => decodeAwsChunked(request.headers, Buffer.concat(received));
  const result = answer({ method: request.method, url, headers: request.headers, body });
  stats.requests += 1;
  stats[request.method] = (stats[request.method] ?? 0) + 1;
  if (result.status === 412) stats.lostRaces += 1;
  stats.bytesUp += received.reduce((sum, chunk) => sum + chunk.length, 0);
  if (request.method === "GET" && result.status < 300) stats.bytesDown += result.body.length;
  return result;
}

function control(url, response) {
  if (url.pathname === "/__freeze") freeze(url.searchParams.get("txnId"));
  if (url.pathname === "/__reset") stats = noStats();
  response.end(JSON.stringify(stats));
}

/** Requests to S3 and bytes of their bodies; publishes are counted apart. */
function noStats() {
  return { requests: 0, GET: 0, PUT: 0, HEAD: 0, lostRaces: 0, bytesUp: 0, bytesDown: 0, publishes: 0 };
}

async function travel() {
  if (latencyMs > 0) await sleepMs(latencyMs / 2);
}

/** A client that asks before it sends a large body waits for the answer's way, too. */
server.on("checkContinue", async (request, response) => {
  await travel();
  await travel();
  response.writeContinue();
  server.emit("request", request, response);
});

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
