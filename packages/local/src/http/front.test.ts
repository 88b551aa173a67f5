import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HttpHandler, jsonAnswer, jsonService } from "./answer.js";
import { AwsError } from "./aws-error.js";
import { dispatcher, type Service } from "./dispatch.js";
import { type Front, openFront } from "./front.js";

const LIMIT = { maxBodyBytes: 100, tooLargeCode: "TooLargeException" };
const warnings: string[] = [];
let front: Front;

/** A service that tells its name and how long the body was. */
const service = (name: string, row: Partial<Service> = {}): Service => ({
  name,
  signingNames: [name],
  handle: jsonService(async ({ body }) => jsonAnswer(200, { name, bodyBytes: body.length }), LIMIT),
  ...row,
});

const failing = (error: Error): HttpHandler =>
  jsonService(async () => {
    throw error;
  }, LIMIT);

let clientIsGone = () => {};
const clientGone = new Promise<void>((resolve) => {
  clientIsGone = resolve;
});
let clientIsHeard = () => {};
const clientHeard = new Promise<void>((resolve) => {
  clientIsHeard = resolve;
});

/** Answers nobody, until its client goes away. */
const waiting: HttpHandler = jsonService(({ signal }) => {
  clientIsHeard();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      clientIsGone();
      resolve(jsonAnswer(200, {}));
    });
  });
}, LIMIT);

beforeAll(async () => {
  const services = [
    service("states", { target: "AWSStepFunctions." }),
    service("refusing", { handle: failing(new AwsError("NoException", { status: 418, message: "no" })) }),
    service("breaking", { handle: failing(new Error("out of order")) }),
    service("waiting", { handle: waiting }),
    service("files", { path: /^\/./ }),
  ];
  front = await openFront({
    port: 0,
    http: dispatcher(services),
    mqtt: (stream) => stream.resume().end(Buffer.from("MQTT")),
    warn: (message) => warnings.push(message),
  });
});
afterAll(() => front.close());

interface Call {
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

async function call({ path = "/", headers = {}, body = "" }: Call) {
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    const request = httpRequest({ port: front.port, host: "127.0.0.1", method: "POST", path, headers }, resolve);
    request.on("error", reject).end(body);
  });
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
}

const signedFor = (name: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=00`,
});

/** Sends bytes as they are and reads until the other side ends. */
function exchange(bytes: Uint8Array | string): Promise<Buffer> {
  const socket = connect({ port: front.port, host: "127.0.0.1" });
  socket.end(bytes);
  return buffer(socket).catch(() => Buffer.alloc(0));
}

describe("dispatch", () => {
  test.each<[string, Call, string]>([
    ["the service it is signed for", { headers: signedFor("states"), path: "/any" }, "states"],
    [
      "its presigned scope",
      { path: "/x?X-Amz-Credential=local%2F20261124%2Fus-east-1%2Fstates%2Faws4_request" },
      "states",
    ],
    [
      "its target where it is unsigned",
      { headers: { "x-amz-target": "AWSStepFunctions.ListStateMachines" } },
      "states",
    ],
    ["its path where it has neither", { path: "/bucket/key" }, "files"],
  ])("hands a request to %s", async (_what, request, name) => {
    expect(await call({ ...request, body: "four" })).toEqual({ status: 200, body: { name, bodyBytes: 4 } });
  });

  test.each<[string, Call, number, RegExp]>([
    [
      "service",
      { headers: signedFor("dynamodb") },
      501,
      /"dynamodb", which POST \/ is signed for, is not served\. .*states/,
    ],
    [
      "target",
      { headers: { "x-amz-target": "Kinesis.Put" } },
      404,
      /Nothing is served at POST \/ with X-Amz-Target Kinesis\.Put/,
    ],
    ["path", { path: "/" }, 404, /Nothing is served at POST \/\. This stack serves states/],
  ])("names an unknown %s and what is served", async (_what, request, status, message) => {
    const answer = await call(request);

    expect(answer.status).toBe(status);
    expect(answer.body.message).toMatch(message);
  });
});

test("a service that still works on its answer hears that the client has gone", async () => {
  const request = httpRequest({ port: front.port, host: "127.0.0.1", method: "POST", headers: signedFor("waiting") });
  request.on("error", () => {}).end("x");
  await clientHeard;

  request.destroy();

  await clientGone;
});

describe("errors", () => {
  test("a refusal has AWS's shape", async () => {
    expect(await call({ headers: signedFor("refusing") })).toEqual({
      status: 418,
      body: { __type: "NoException", message: "no" },
    });
  });

  test("what breaks is told to the owner, not to the client", async () => {
    const answer = await call({ headers: signedFor("breaking"), path: "/here" });

    expect(answer).toMatchObject({ status: 500, body: { __type: "InternalFailure" } });
    expect(JSON.stringify(answer)).not.toContain("out of order");
    expect(warnings.join()).toMatch(/POST \/here failed: Error: out of order/);
  });

  test("no signature of a URL is quoted, in a log or in an answer", async () => {
    const signature = "X-Amz-Signature=canary&X-Amz-Security-Token=canary";
    const scope = (service: string) => `X-Amz-Credential=local%2F20261124%2Fus-east-1%2F${service}%2Faws4_request`;

    const answers = [
      await call({ path: `/here?${scope("breaking")}&${signature}` }),
      await call({ path: `/here?${scope("dynamodb")}&${signature}` }),
      await call({ path: `/?${signature}` }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([500, 501, 404]);
    expect(JSON.stringify([answers, warnings])).not.toContain("canary");
  });

  test("a body over the limit is refused with the service's code", async () => {
    const answer = await call({ headers: signedFor("states"), body: "x".repeat(1_000_000) });

    expect(answer).toMatchObject({ status: 413, body: { __type: "TooLargeException" } });
    expect(answer.body.message).toContain("1000000 bytes; at most 100");
  });
});

describe("the guard against other sites", () => {
  test.each(["127.0.0.1", "localhost", "[::1]", "bucket.localhost", "a.b.LOCALHOST", "sync-127.0.0.1"])(
    "lets %s in",
    async (host) => {
      const answer = await call({ path: "/x", headers: { host: `${host}:${front.port}` } });

      expect(answer.status).toBe(200);
    },
  );

  test.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "192.168.0.1",
    "sync-evil.example",
    "",
  ])("refuses the host %j", async (host) => {
    const answer = await call({ path: "/x", headers: { host: `${host}:${front.port}` } });

    expect(answer).toMatchObject({ status: 403, body: { __type: "AccessDeniedException" } });
    expect(answer.body.message).toContain(`localhost:${front.port}`);
  });

  test("refuses a host with another port or none", async () => {
    for (const host of ["localhost", "localhost:1"]) {
      expect((await call({ path: "/x", headers: { host } })).status).toBe(403);
    }
  });

  test("refuses a page of another site and lets one of this machine in", async () => {
    for (const origin of ["https://evil.example", "null"]) {
      expect((await call({ path: "/x", headers: { origin } })).status).toBe(403);
    }
    expect((await call({ path: "/x", headers: { origin: "http://localhost:5173" } })).status).toBe(200);
  });

  test("guards WebSockets too", async () => {
    const upgrade = (host: string, path: string, protocol: string) =>
      exchange(
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
      );
    const local = `127.0.0.1:${front.port}`;

    expect(String(await upgrade("evil.example:80", "/mqtt", "mqtt"))).toMatch(/^HTTP\/1\.1 403 AccessDeniedException/);
    expect(String(await upgrade(local, "/other", "mqtt"))).toMatch(/^HTTP\/1\.1 404 .*MQTT is at \/mqtt/s);
    expect(String(await upgrade(local, "/mqtt", "chat"))).toMatch(/^HTTP\/1\.1 400 .*must be \\"mqtt\\"/s);
    expect(String(await upgrade(local, "/mqtt?X-Amz-Signature=0", "mqtt"))).toMatch(/^HTTP\/1\.1 101 /);
  });
});

describe("first bytes", () => {
  test("an MQTT CONNECT goes to the broker", async () => {
    expect(String(await exchange(Buffer.from([0x10, 0x00])))).toBe("MQTT");
  });

  test("a client that closes its side after its request still gets the answer", async () => {
    const head = `POST /x HTTP/1.1\r\nHost: localhost:${front.port}\r\nContent-Length: 4\r\n\r\nfour`;

    expect(String(await exchange(head))).toMatch(/^HTTP\/1\.1 200 OK.*"bodyBytes":4/s);
  });

  test("a malformed request is answered 400", async () => {
    expect(String(await exchange("HELLO there\r\n\r\n"))).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  });

  test("a head that is too large is answered 431", async () => {
    const head = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`;

    expect(String(await exchange(head))).toMatch(/^(HTTP\/1\.1 431|$)/);
  });

  test("a path that is no URL is refused", async () => {
    const answer = String(
      await exchange(`GET //: HTTP/1.1\r\nHost: localhost:${front.port}\r\nConnection: close\r\n\r\n`),
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400 .*is not a valid path/s);
  });

  test("garbage of any kind leaves the front serving", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 0, maxLength: 200 }), async (bytes) => {
        await exchange(bytes);
      }),
      { numRuns: 200 },
    );

    expect((await call({ path: "/x" })).status).toBe(200);
  });
});

test("close ends every connection and frees the port", async () => {
  const own = await openFront({ port: 0, http: async () => {}, mqtt: () => {}, warn: () => {} });
  const silent = connect(own.port, "127.0.0.1");
  const waiting = connect(own.port, "127.0.0.1");
  waiting.write(`GET /x HTTP/1.1\r\nHost: localhost:${own.port}\r\n\r\n`);
  const closed = [silent, waiting].map(
    (socket) => new Promise((resolve) => socket.on("error", () => {}).once("close", resolve)),
  );
  await new Promise((resolve) => waiting.once("connect", resolve));

  await own.close();

  await Promise.all(closed);
  const again = await openFront({ port: own.port, http: async () => {}, mqtt: () => {}, warn: () => {} });
  expect(again.port).toBe(own.port);
  await again.close();
});
