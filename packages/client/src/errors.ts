/** One thing that the start API found wrong with an input: where, and what. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** How an execution that did not succeed has ended. Source: AWS Step Functions API Reference, DescribeExecution, `status`. */
export type FailedStatus = "FAILED" | "TIMED_OUT" | "ABORTED";

/**
 * Every error that the client itself throws, by `error.name`, and whether asking again can help. What a caller's
 * `AbortSignal` is aborted with passes through as it is.
 */
export const CLIENT_ERRORS = {
  /** The process has ended, and not as a success. */
  ProcessFailedError: { retryable: false },
  /** The process had not ended within the call's `timeoutMs`. It goes on, and can be asked for again. */
  ProcessTimeoutError: { retryable: true },
  /** The process was not started, or nobody knows whether it was. */
  StartError: { retryable: false },
  /** No process has this transaction id or execution ARN. */
  ProcessUnknownError: { retryable: false },
  /** The state of a process cannot be asked for: the request itself is refused. */
  StateError: { retryable: false },
  /** The broker or the credentials for it cannot be had for now; the client polls meanwhile, and tries again. */
  ConnectionError: { retryable: true },
  /** Who iterates over progress is too slow for it. */
  ProgressDroppedError: { retryable: false },
  /** The client was closed. */
  ClientClosedError: { retryable: false },
  /** An option is missing, misspelt or out of range. */
  ClientConfigurationError: { retryable: false },
} as const satisfies Record<string, { readonly retryable: boolean }>;

/** The name of an error that the client itself throws. */
export type ClientErrorName = keyof typeof CLIENT_ERRORS;

/**
 * What all errors of the client have in common; `name` says which of {@link CLIENT_ERRORS} it is.
 *
 * @example
 * ```ts
 * import { ProcessClientError } from "@sfs3/client";
 *
 * if (error instanceof ProcessClientError && error.name === "ClientClosedError") return;
 * ```
 */
export class ProcessClientError extends Error {
  override readonly name: ClientErrorName;

  constructor(name: ClientErrorName, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = name;
  }

  /** Whether asking again can help. */
  get retryable(): boolean {
    return CLIENT_ERRORS[this.name].retryable;
  }
}

/** Which process an error is about. */
export interface ProcessReference {
  readonly transactionId: string;
  /** The execution's ARN, where it is known. */
  readonly executionId?: string | undefined;
}

/** A process that has ended and did not succeed. `error` and `cause` are Step Functions' own, where the state tells them. */
export class ProcessFailedError extends ProcessClientError implements ProcessReference {
  readonly transactionId: string;
  readonly executionId: string | undefined;
  readonly status: FailedStatus;
  /** The error's name, as ASL's `ErrorEquals` matches it. */
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(
    { transactionId, executionId }: ProcessReference,
    { status, error, cause }: { readonly status: FailedStatus; readonly error?: string; readonly cause?: string },
  ) {
    // The cause may hold data of the process; a message ends in logs.
    super("ProcessFailedError", `Process ${transactionId} ended ${status}${error === undefined ? "" : `: ${error}`}.`);
    this.transactionId = transactionId;
    this.executionId = executionId;
    this.status = status;
    this.error = error;
    this.cause = cause;
  }
}

/** A process that had not ended in time. `cause` is what last kept the client from knowing, where something did. */
export class ProcessTimeoutError extends ProcessClientError implements ProcessReference {
  readonly transactionId: string;
  readonly executionId: string | undefined;
  /** How long the call waited. Unit: milliseconds. */
  readonly timeoutMs: number;

  constructor({ transactionId, executionId }: ProcessReference, timeoutMs: number, options?: { cause?: unknown }) {
    super(
      "ProcessTimeoutError",
      `Process ${transactionId} has not ended within ${timeoutMs} ms. It goes on: ask again with waitFor("${transactionId}").`,
      options,
    );
    this.transactionId = transactionId;
    this.executionId = executionId;
    this.timeoutMs = timeoutMs;
  }
}

/** A process that was not started, or of which nobody knows whether it was. */
export class StartError extends ProcessClientError {
  /** The HTTP status of the refusal, 400 also where the client itself refuses the input; `undefined` without an answer. */
  readonly status: number | undefined;
  /** What the flow's input schema found wrong; empty for any other refusal. */
  readonly issues: readonly Issue[];

  constructor(
    message: string,
    options: { readonly status?: number; readonly issues?: readonly Issue[]; readonly cause?: unknown } = {},
  ) {
    super("StartError", message, "cause" in options ? { cause: options.cause } : {});
    this.status = options.status;
    this.issues = options.issues ?? [];
  }

  /** Whether starting again, with the same idempotency key, can help. */
  override get retryable(): boolean {
    return this.status === undefined || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
