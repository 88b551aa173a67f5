import type { FailedStatus, ProcessReference } from "./errors.js";

/** The state of a process, as `GET /process-state` answers it; `UNKNOWN` where there is no such process (yet). */
export interface ProcessState {
  readonly status: "RUNNING" | "SUCCEEDED" | FailedStatus | "UNKNOWN";
  readonly transactionId?: string;
  readonly executionId?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** A process that was started. */
export interface Started {
  readonly transactionId: string;
  readonly executionId: string;
}

/** What starts processes and knows their state: the start API over HTTP, or S3 and Step Functions themselves. */
export interface ProcessApi<TInput> {
  /** @throws `StartError` */
  start(
    input: TInput,
    options: { readonly idempotencyKey: string | undefined; readonly signal: AbortSignal },
  ): Promise<Started>;
  /** @throws `StateError` where asking again is in vain; whatever else it throws, it is asked again */
  state(process: ProcessReference, signal: AbortSignal): Promise<ProcessState>;
}
