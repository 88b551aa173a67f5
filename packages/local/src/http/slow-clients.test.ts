import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { type HttpHandler, jsonAnswer, jsonService } from "./answer.js";
import { type Front, type FrontLimits, openFront } from "./front.js";

const BODY_LIMIT = { maxBodyBytes: 100, tooLargeCode: "TooLargeException" };
const echo = jsonService(async ({ body }) => jsonAnswer(200, { bodyBytes: body.length }), BODY_LIMIT);

interface Setting {
  readonly http?: HttpHandler;
  readonly limits?: Partial<FrontLimits>;
}

async function useFront({ http = echo, limits = {} }: Setting = {}) {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const front = await openFront({ port: 0, http, mqtt: (stream) => stream.resume(), warn, limits });
  onTestFinished(front.close);
  return { front, warnings };
}

const open = ({ port }: Front): Socket => {
  const socket = connect({ port, host: "127.0.0.1" });
  onTestFinished(() => void socket.destroy());
  return socket.on("error", () => {});
};

/** All that comes until the other side ends. */
const answerOf = async (socket: Socket): Promise<string> => String(await buffer(socket).catch(() => ""));

const head = ({ port }: Front, length: number, more = "") =>
  `POST /x HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: ${length}\r\n${more}\r\n`;

test("a client that says nothing is sent away", async () => {
  const { front } = await useFront({ limits: { headMs: 20 } });

  expect(await answerOf(open(front))).toMatch(/^HTTP\/1\.1 408 /);
});

test("a head that never ends is given up, however steadily it comes", async () => {
  const { front } = await useFront({ limits: { headMs: 100 } });
  const socket = open(front);
  socket.write(`GET /x HTTP/1.1\r\nHost: localhost:${front.port}\r\n`);
  const drip = setInterval(() => socket.write("X: y\r\n"), 5);
  onTestFinished(() => clearInterval(drip));

  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test("the head of a second request has its time as well", async () => {
  const { front } = await useFront({ limits: { headMs: 20, keepAliveMs: 300 } });
  const socket = open(front);
  socket.write(`${head(front, 1)}x`);
  const [answer] = await once(socket, "data");

  socket.write("GET /x HTTP/1.1\r\nX: ");

  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test("a body that stops coming is given up, and its service hears of it", async () => {
  let heard: (error: unknown) => void = () => {};
  const broken = new Promise((resolve) => {
    heard = resolve;
  });
  const { front, warnings } = await useFront({
    limits: { bodyIdleMs: 20 },
    http: (request, response) =>
      echo(request, response).catch((error: unknown) => {
        heard(error);
        throw error;
      }),
  });
  const socket = open(front);
  socket.write(`${head(front, 10)}half`);

  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await broken).toMatchObject({ code: "ECONNRESET" });
  expect(warnings).toEqual([]);
});

test("a body that comes slowly but steadily is taken", async () => {
  const { front } = await useFront({ limits: { bodyIdleMs: 200, headMs: 50 } });
  const socket = open(front);
  socket.write(head(front, 30, "Connection: close\r\n"));
  const drip = setInterval(() => socket.write("x"), 20);
  onTestFinished(() => clearInterval(drip));

  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 200 .*"bodyBytes":30/s);
});

test("an answer may take longer than any head or body", async () => {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const { front } = await useFront({
    limits: { headMs: 20, bodyIdleMs: 20, keepAliveMs: 20 },
    http: jsonService(async () => wait(150).then(() => jsonAnswer(200, { late: true })), BODY_LIMIT),
  });
  const socket = open(front);
  socket.write(`${head(front, 4, "Connection: close\r\n")}four`);

  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 200 .*"late":true/s);
});

test("connections beyond the limit are closed at once, the owner is told, and room that is made is used", async () => {
  const { front, warnings } = await useFront({ limits: { maxConnections: 2 } });
  const kept = [open(front), open(front)];
  await Promise.all(kept.map((socket) => once(socket, "connect")));

  const refused = [open(front), open(front)];
  expect(await Promise.all(refused.map(answerOf))).toEqual(["", ""]);
  expect(warnings).toEqual([expect.stringContaining("2 connections")]);

  const served = kept[0] as Socket;
  served.write(`${head(front, 1, "Connection: close\r\n")}x`);
  expect(await answerOf(served)).toMatch(/^HTTP\/1\.1 200 /);
  const after = open(front);
  after.write(`${head(front, 1, "Connection: close\r\n")}x`);
  expect(await answerOf(after)).toMatch(/^HTTP\/1\.1 200 /);
});

test("many connections that break off at every stage leave the front serving", async () => {
  const { front, warnings } = await useFront();
  const whole = `${head(front, 4)}four`;
  const pieces = Array.from({ length: 200 }, (_, index) => whole.slice(0, (index * 7) % whole.length));

  await Promise.all(
    pieces.map(async (piece) => {
      const socket = open(front);
      await once(socket, "connect");
      await new Promise((resolve) => socket.write(piece, resolve));
      socket.resetAndDestroy();
    }),
  );

  const socket = open(front);
  socket.write(`${head(front, 4, "Connection: close\r\n")}four`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 200 /);
  expect(warnings).toEqual([]);
});

test("a body that is far larger than allowed is answered, and none of it kept", async () => {
  const { front } = await useFront();
  const megabyte = Buffer.alloc(1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  const request = httpRequest({ port: front.port, host: "127.0.0.1", method: "POST" });

  const answered = once(request, "response");
  for (let sent = 0; sent < 64; sent += 1) if (!request.write(megabyte)) await once(request, "drain");
  const kept = process.memoryUsage().arrayBuffers - before;
  request.end();

  const [response] = await answered;
  expect(response.statusCode).toBe(413);
  response.resume();
  expect(kept).toBeLessThan(32 * megabyte.length);
});
