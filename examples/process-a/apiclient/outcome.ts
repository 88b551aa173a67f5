import {
  type ClientErrorName,
  ProcessClientError,
  type ProcessEnd,
  ProcessFailedError,
  ProcessTimeoutError,
  StartError,
} from "@sfs3/client";
import { BodyError } from "./input.js";

/** What a request is answered with. */
export interface Outcome {
  readonly status: number;
  readonly body: object;
}

export const done = (end: ProcessEnd): Outcome => ({ status: 200, body: end });

/** What becomes of a process that did not succeed, or not in time, or was not started. What is none of these is thrown. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ProcessTimeoutError) return notEnded(error);
  if (error instanceof ProcessFailedError) return failed(error);
  if (error instanceof StartError) return notStarted(error);
  if (error instanceof BodyError) return { status: error.status, body: { message: error.message } };
  if (error instanceof ProcessClientError) {
    return { status: STATUS_OF[error.name] ?? 500, body: { message: error.message } };
  }
  throw error;
}

const STATUS_OF: Readonly<Partial<Record<ClientErrorName, number>>> = {
  ProcessUnknownError: 404,
  StateError: 502,
  ClientClosedError: 503,
};

/** Who asks for a transaction that nobody has heard of so far has not learned that it runs. */
const notEnded = ({ transactionId, executionId, message }: ProcessTimeoutError): Outcome => ({
  status: 504,
  body: {
    status: executionId === undefined ? "UNKNOWN" : "RUNNING",
    transactionId,
    executionId,
    message,
    ask: `/p1/${transactionId}`,
  },
});

const failed = ({ transactionId, executionId, status, error, cause, message }: ProcessFailedError): Outcome => ({
  status: 500,
  body: { status, transactionId, executionId, error, cause, message },
});

/** The caller's own mistake is handed back, and so is "try again later"; everything else is no fault of the caller's. */
const notStarted = ({ status = 502, message, issues }: StartError): Outcome => ({
  status: PASSED_ON.has(status) ? status : 502,
  body: { message, ...(issues.length > 0 && { issues }) },
});

/** Not so 401 and 403: they are about this service, not its caller. */
const PASSED_ON: ReadonlySet<number> = new Set([400, 413, 422, 429, 503]);
