import { type Issue, ProcessClientError, StartError } from "./errors.js";
import { parseObject } from "./message.js";
import type { ProcessApi, ProcessState, Started } from "./process-api.js";

/** Headers of each request, as an `Authorization`; a function is asked before each. */
export type Headers = Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>);

/** One HTTP request. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** As much of `fetch` as the client uses. */
export type Fetch = (
  url: URL,
  request: HttpRequest,
) => Promise<{ readonly status: number; readonly ok: boolean; text(): Promise<string> }>;

/** What the HTTP requests of a client are made with. */
export interface HttpOptions {
  readonly startUrl: URL;
  readonly stateUrl: URL;
  readonly subtopic: string | undefined;
  readonly headers: Headers;
  readonly fetch: Fetch;
}

/** The start API and the state API over HTTP. */
export function httpApi<TInput extends object>(options: HttpOptions): ProcessApi<TInput> {
  const { startUrl, stateUrl, subtopic } = options;
  return {
    start: async (input, { idempotencyKey, signal }) => {
      const answer = await request(options, startUrl, {
        method: "POST",
        body: JSON.stringify(bodyOf(input, subtopic)),
        headers: {
          "content-type": "application/json",
          ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
        },
        signal,
      }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw unanswered(startUrl, cause);
      });
      return readStarted(startUrl, answer);
    },
    state: async ({ transactionId, executionId }, signal) => {
      const url = new URL(stateUrl);
      if (executionId === undefined) url.searchParams.set("transactionId", transactionId);
      else url.searchParams.set("executionArn", executionId);
      return readState(stateUrl, await request(options, url, { method: "GET", signal }));
    },
  };
}

/** The start API takes the subtopic out of the body. */
function bodyOf(input: object, subtopic: string | undefined): object {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw refusedInput("an input is an object, as the schema of its flow says.");
  }
  if (subtopic === undefined) return input;
  if ("subtopic" in input && input.subtopic !== subtopic) {
    throw refusedInput(`its input has another 'subtopic' than this client, '${subtopic}', would hear of.`);
  }
  return { ...input, subtopic };
}

/** With the status that the start API would have refused it with: no further attempt can help. */
const refusedInput = (why: string): StartError =>
  new StartError(`The process was not started: ${why}`, { status: 400 });

/** What came back, read to its end. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  /** The members of a JSON object; `undefined` for any other body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** One request and its whole answer. */
export async function request(
  options: Pick<HttpOptions, "fetch" | "headers">,
  url: URL,
  { headers, ...init }: Omit<HttpRequest, "headers"> & Partial<Pick<HttpRequest, "headers">>,
): Promise<Answer> {
  const given = typeof options.headers === "function" ? await options.headers() : options.headers;
  const response = await options.fetch(url, { ...init, headers: { accept: "application/json", ...given, ...headers } });
  return { status: response.status, ok: response.ok, body: parseObject(await response.text()) };
}

function readStarted(url: URL, { ok, status, body }: Answer): Started {
  if (!ok)
    throw new StartError(`The process was not started: ${refusalOf(url, { status, body })}`, refusal(status, body));
  const { transactionId, executionId } = body ?? {};
  if (typeof transactionId === "string" && typeof executionId === "string") return { transactionId, executionId };
  const message = `${placeOf(url)} answered ${status} without a transactionId and an executionId. Is it a start API?`;
  throw new StartError(message, { status });
}

const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

function readState(url: URL, { ok, status, body }: Answer): ProcessState {
  if (status === 404) return { status: "UNKNOWN" };
  if (!ok) {
    // 400 stays 400; anything else may be another answer tomorrow.
    const name = status === 400 ? "StateError" : "ConnectionError";
    throw new ProcessClientError(name, `The state cannot be asked for: ${refusalOf(url, { status, body })}`);
  }
  const known = STATUSES.find((candidate) => candidate === body?.status);
  if (known === undefined) {
    const message = `${placeOf(url)} answered ${status} without a status of a process. Is it a state API?`;
    throw new ProcessClientError("ConnectionError", message);
  }
  return { status: known, ...textsOf(body ?? {}) };
}

function textsOf({ transactionId, executionId, error, cause }: Readonly<Record<string, unknown>>) {
  return {
    ...(typeof transactionId === "string" && { transactionId }),
    ...(typeof executionId === "string" && { executionId }),
    ...(typeof error === "string" && { error }),
    ...(typeof cause === "string" && { cause }),
  };
}

type Refusal = Pick<Answer, "status" | "body">;

/** Problem details. Source: RFC 9457. */
const refusalOf = (url: URL, { status, body }: Refusal): string => {
  const [words = ""] = [body?.detail, body?.message, body?.title].filter((text) => typeof text === "string");
  return `${placeOf(url)} answered ${`${status} ${words}`.trim()}`;
};

const refusal = (status: number, body: Answer["body"]) => ({
  status,
  issues: Array.isArray(body?.issues) ? body.issues.filter(isIssue) : [],
});

const isIssue = (value: unknown): value is Issue => {
  const { path, message } = Object(value);
  return Array.isArray(path) && typeof message === "string";
};

const unanswered = (url: URL, cause: unknown): StartError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StartError(
    `${placeOf(url)} did not answer (${reason}); whether the process was started is unknown. ` +
      "With an idempotencyKey it can be started again without a second process.",
    { cause },
  );
};

/** A query may hold a key. */
const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;
