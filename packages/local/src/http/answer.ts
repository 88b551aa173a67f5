import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AwsError, asAwsError } from "./aws-error.js";
import { readBody } from "./read-body.js";

/** A whole request, its body read. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** Aborts when the client goes away before it has its answer. */
  readonly signal: AbortSignal;
}

/** A whole response. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface JsonServiceOptions {
  /** Longer bodies are refused with 413. */
  readonly maxBodyBytes: number;
  /** Code of that refusal, as the service names it. */
  readonly tooLargeCode: string;
}

export const jsonAnswer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    "x-amzn-requestid": randomUUID(),
    ...headers,
    "content-length": Buffer.byteLength(body),
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

// Only path and query are read from it: the guard has already judged the Host header.
export const urlOf = (request: IncomingMessage): URL | undefined =>
  URL.canParse(request.url ?? "", "http://local") ? new URL(request.url ?? "", "http://local") : undefined;

/** What a message may quote: a signed URL is a secret, and its signature stands in the query. */
export const pathOf = ({ url = "" }: IncomingMessage): string => url.split("?", 1)[0] ?? "";

/** A service whose requests and responses are small enough to be held whole. */
export const jsonService =
  (answer: (request: ApiRequest) => Promise<Answer>, options: JsonServiceOptions): HttpHandler =>
  async (request, response) => {
    const body = await readBody(request, options);
    const url = urlOf(request) ?? new URL("http://local");
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const { method = "GET", headers } = request;
    send(response, await answer({ method, url, headers, body, signal: gone.signal }));
  };

/** AWS REST-JSON: clients read the code from the header, people from the body. */
export const errorAnswer = (error: AwsError): Answer => ({
  status: error.status,
  headers: { "content-type": "application/json", "x-amzn-errortype": error.name },
  body: JSON.stringify({ __type: error.name, message: error.message, ...error.fields }),
});

/** Answers with the error; what is not a refusal is told to `warn` as well. */
export function sendError(response: ServerResponse, error: unknown, warn: (message: string) => void): void {
  const refusal = asAwsError(error);
  if (refusal !== error) {
    warn(
      `${response.req.method} ${pathOf(response.req)} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  if (response.headersSent) response.destroy();
  else send(response, errorAnswer(refusal));
}
