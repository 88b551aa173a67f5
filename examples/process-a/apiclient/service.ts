import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createProcessClient, type ProcessClient } from "@sfs3/client";
import type { processA } from "../src/flow.js";
import { type Input, inputOf } from "./input.js";
import { done, type Outcome, outcomeOf } from "./outcome.js";
import type { Settings } from "./settings.js";

/** A service that starts ProcessA for whoever asks, and answers when it has ended. */
export interface Service {
  readonly server: Server;
  /** Takes no more requests, and answers those that wait. */
  close(): Promise<void>;
}

/** One client serves all requests: they share one connection to the broker and one subscription. */
export function createService({ timeoutMs, port: _port, ...settings }: Settings): Service {
  const client = createProcessClient<typeof processA>(settings);
  const server = createServer(async (request, response) => {
    const outcome = await answer(client, request, timeoutMs).catch(unexpected);
    // A connection that is kept alive would keep a service that ends.
    if (!server.listening) response.setHeader("connection", "close");
    send(response, outcome);
  });
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await client.close();
    await closed;
  };
  return { server, close };
}

const ROUTE = /^(?<route>POST \/p1|GET \/health|GET \/p1\/(?<id>[A-Za-z0-9_-]{1,64}))$/;

async function answer(client: ProcessClient<Input>, request: IncomingMessage, timeoutMs: number): Promise<Outcome> {
  const { route, id } = ROUTE.exec(`${request.method} ${request.url}`)?.groups ?? {};
  try {
    if (route === "GET /health") return { status: 200, body: { status: "ok" } };
    if (route === "POST /p1") {
      const idempotencyKey = request.headersDistinct["idempotency-key"]?.[0];
      return done(await client.execute(await inputOf(request), { timeoutMs, idempotencyKey }));
    }
    if (id !== undefined) return done(await client.waitFor(id, { timeoutMs }));
  } catch (error) {
    return outcomeOf(error);
  }
  return { status: 404, body: { message: "There is POST /p1, GET /p1/<transaction> and GET /health." } };
}

/** A mistake in this program: one request's, and no reason to leave the others without an answer. */
function unexpected(error: unknown): Outcome {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return { status: 500, body: { message: "The service failed; its log says why." } };
}

function send(response: ServerResponse, { status, body }: Outcome): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
