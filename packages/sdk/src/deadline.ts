import type { LambdaContext } from "./step.js";

const DEFAULT_BUDGET_MS = 30_000;
const MAX_LEAD_MS = 500;

/** The end of an invocation, in stages: each leaves the next its time. */
export interface Deadline {
  /** For `fn`: aborts first, so that what it returns then can still be written. */
  readonly signal: AbortSignal;
  /** A lost write is not tried again after this. Unit: milliseconds since the epoch. */
  readonly retryUntilMs: number;
  /** For requests to S3: aborts while there is time to say that the step failed. */
  readonly requestSignal: AbortSignal;
  /** No message is waited for after this. Unit: milliseconds since the epoch. */
  readonly publishUntilMs: number;
  /** Takes the timers away. */
  readonly clear: () => void;
}

/** Outside Lambda an invocation has 30 s. */
export const createDeadline = (lambda: LambdaContext | undefined, nowMs: number): Deadline => {
  const remainingMs = lambda?.getRemainingTimeInMillis?.() ?? DEFAULT_BUDGET_MS;
  const leadMs = Math.min(MAX_LEAD_MS, remainingMs / 4);
  const fn = abortAfter(remainingMs - leadMs);
  const request = abortAfter(remainingMs - leadMs / 2);
  return {
    signal: fn.signal,
    retryUntilMs: nowMs + remainingMs - leadMs,
    requestSignal: request.signal,
    publishUntilMs: nowMs + remainingMs - leadMs / 10,
    clear: () => {
      fn.clear();
      request.clear();
    },
  };
};

const abortAfter = (delayMs: number) => {
  const controller = new AbortController();
  const abort = () => controller.abort(new DOMException("The Lambda's deadline is near.", "TimeoutError"));
  const timer = setTimeout(abort, Math.max(0, delayMs));
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
};
