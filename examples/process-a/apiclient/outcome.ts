import { ProcessClientError, type ProcessEnd, ProcessFailedError, ProcessTimeoutError, StartError } from "@sfs3/client";

/** What a request is answered with. */
export interface Outcome {
  readonly status: number;
  readonly body: object;
}

export const done = (end: ProcessEnd): Outcome => ({ status: 200, body: end });

/** What becomes of a process that did not succeed, or not in time, or was not started. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ProcessTimeoutError) return stillRunning(error);
  if (error instanceof ProcessFailedError) return failed(error);
  if (error instanceof StartError) return notStarted(error);
  if (error instanceof ProcessClientError) return { status: 503, body: { message: error.message } };
  throw error;
}

const stillRunning = ({ transactionId, executionId, message }: ProcessTimeoutError): Outcome => ({
  status: 504,
  body: { status: "RUNNING", transactionId, executionId, message, ask: `/p1/${transactionId}` },
});

const failed = ({ transactionId, executionId, status, error, message }: ProcessFailedError): Outcome => ({
  status: 500,
  body: { status, transactionId, executionId, error, message },
});

/** The caller's own mistake is handed back; everything else is no fault of the caller's. */
const notStarted = ({ status = 0, message, issues }: StartError): Outcome => ({
  status: status >= 400 && status < 500 ? status : 502,
  body: { message, ...(issues.length > 0 && { issues }) },
});
