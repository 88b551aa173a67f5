import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createProcessClient, type InputOf, type ProcessClient } from "@sfs3/client";
import type { processA } from "../src/flow.js";
import { done, type Outcome, outcomeOf } from "./outcome.js";
import type { Settings } from "./settings.js";

type Input = InputOf<typeof processA>;

const DEFAULT_INPUT: Input = { foo: "foo val", bar: "bar val" };

/** A service that starts ProcessA for whoever asks, and answers when it has ended. */
export interface Service {
  readonly server: Server;
  /** Takes no more requests, and answers those that wait. */
  close(): Promise<void>;
}

/** One client serves all requests: they share one connection to the broker and one subscription. */
export function createService({ timeoutMs, port: _port, ...settings }: Settings): Service {
  const client = createProcessClient<typeof processA>(settings);
  const server = createServer(async (request, response) => send(response, await answer(client, request, timeoutMs)));
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await client.close();
    await closed;
  };
  return { server, close };
}

const ROUTE = /^(?<method>[A-Z]+) \/(?<place>p1|health)(?:\/(?<id>[A-Za-z0-9_-]{1,64}))?$/;

async function answer(client: ProcessClient<Input>, request: IncomingMessage, timeoutMs: number): Promise<Outcome> {
  const { method, place, id } = ROUTE.exec(`${request.method} ${request.url}`)?.groups ?? {};
  try {
    if (method === "GET" && place === "health") return { status: 200, body: { status: "ok" } };
    if (method === "GET" && id !== undefined) return done(await client.waitFor(id, { timeoutMs }));
    if (method === "POST" && place === "p1" && id === undefined) {
      return done(await client.execute(inputOf(await text(request)), { timeoutMs }));
    }
  } catch (error) {
    if (error instanceof SyntaxError)
      return { status: 400, body: { message: `The body is not JSON: ${error.message}` } };
    return outcomeOf(error);
  }
  return { status: 404, body: { message: "There is POST /p1, GET /p1/<transaction> and GET /health." } };
}

/** The start API checks it against the flow's schema, and says what is wrong. */
const inputOf = (body: string): Input => (body === "" ? DEFAULT_INPUT : JSON.parse(body));

function send(response: ServerResponse, { status, body }: Outcome): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
