import { type Issue, ProcessClientError, StartError } from "./errors.js";
import { type Answer, placeOf, type Requests, reasonOf, refusalOf, request } from "./http-request.js";
import type { ProcessApi, ProcessState, Started } from "./process-api.js";
import { sendable } from "./upload.js";

/** What the HTTP requests of a client are made with. */
export interface HttpOptions extends Requests {
  readonly startUrl: URL;
  readonly stateUrl: URL;
  readonly subtopic: string | undefined;
}

/** The start API and the state API over HTTP. */
export function httpApi<TInput extends object>(options: HttpOptions): ProcessApi<TInput> {
  const { startUrl, stateUrl, subtopic } = options;
  return {
    start: async (input, { idempotencyKey, signal }) => {
      const body = await sendable(JSON.stringify(bodyOf(input, subtopic)), { ...options, signal });
      const answer = await request(options, startUrl, {
        method: "POST",
        body,
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

const refusal = (status: number, body: Answer["body"]) => ({
  status,
  issues: Array.isArray(body?.issues) ? body.issues.filter(isIssue) : [],
});

const isIssue = (value: unknown): value is Issue => {
  const { path, message } = Object(value);
  return Array.isArray(path) && typeof message === "string";
};

const unanswered = (url: URL, cause: unknown): StartError =>
  new StartError(
    `${placeOf(url)} did not answer (${reasonOf(cause)}); whether the process was started is unknown. ` +
      "With an idempotencyKey it can be started again without a second process.",
    { cause },
  );
