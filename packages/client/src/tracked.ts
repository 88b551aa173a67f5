import { onAbort } from "./deadline.js";
import { ProcessClientError, type ProcessReference, ProcessTimeoutError } from "./errors.js";
import type { Cancel, Scheduler } from "./scheduler.js";

/** How a process has ended; without an error, as a success. */
export interface End {
  readonly error?: ProcessClientError;
}

/** A process whose end is awaited. */
export interface Tracked extends ProcessReference {
  /** What it was asked for by: its transaction, or an execution's name, which may be another. */
  readonly name: string;
  transactionId: string;
  executionId: string | undefined;
  end: End | undefined;
  /** `FAILED` was told; only why is still asked for. */
  isFailing: boolean;
  readonly waiters: Set<(end: End) => void>;
  /** What the poller remembers of it. */
  readonly poll: Poll;
}

interface Poll {
  /** `waiting` for its time, `queued` behind others, `asking`. */
  phase: "idle" | "waiting" | "queued" | "asking";
  cancel: Cancel;
  /** Since the connection last came or went. */
  attempts: number;
  /** How often in a row there was no such process. */
  unknowns: number;
}

export const newTracked = ({ transactionId, executionId }: ProcessReference): Tracked => ({
  name: transactionId,
  transactionId,
  executionId,
  end: undefined,
  isFailing: false,
  waiters: new Set(),
  poll: { phase: "idle", cancel: () => {}, attempts: 0, unknowns: 0 },
});

/** How long to wait for an end. */
export interface WaitOptions {
  /** Longest wait, else `ProcessTimeoutError`. Unit: milliseconds, ≥ 0. Default: as long as the process takes. */
  readonly timeoutMs?: number;
  /** Ends the wait with the signal's reason; the process goes on. */
  readonly signal?: AbortSignal | undefined;
}

export interface Waiting {
  /** What of `timeoutMs` is over already. Unit: milliseconds. */
  readonly spentMs: number;
  readonly scheduler: Scheduler;
  /** What last kept the client from knowing. */
  readonly trouble: () => ProcessClientError | undefined;
  /** Called when a wait ended before the process did. */
  readonly onLeave: (tracked: Tracked) => void;
}

/** A process that has succeeded. */
export interface ProcessEnd extends ProcessReference {
  readonly status: "SUCCEEDED";
}

/** Waits for an end; whichever way the wait itself ends, it leaves no timer and no listener behind. */
export function waitForEnd(
  tracked: Tracked,
  { timeoutMs, signal }: WaitOptions,
  { scheduler, spentMs, trouble, onLeave }: Waiting,
): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    if (timeoutMs !== undefined && !(timeoutMs >= 0)) throw noTimeout(timeoutMs);
    let cancelTimeout = () => {};
    let stopListening = () => {};
    const stop = () => {
      tracked.waiters.delete(onEnd);
      cancelTimeout();
      stopListening();
    };
    const onEnd = ({ error }: End) => {
      stop();
      if (error !== undefined) return reject(error);
      const { transactionId, executionId } = tracked;
      resolve({ transactionId, ...(executionId !== undefined && { executionId }), status: "SUCCEEDED" });
    };
    const leave = (reason: unknown) => {
      stop();
      reject(reason);
      onLeave(tracked);
    };
    const onTimeout = (limitMs: number) => () => {
      const cause = trouble();
      leave(new ProcessTimeoutError(tracked, limitMs, cause && { cause }));
    };
    if (tracked.end !== undefined) return onEnd(tracked.end);
    tracked.waiters.add(onEnd);
    if (timeoutMs !== undefined)
      cancelTimeout = scheduler.after(Math.max(0, timeoutMs - spentMs), onTimeout(timeoutMs));
    stopListening = onAbort(signal, leave);
  });
}

const noTimeout = (timeoutMs: unknown): ProcessClientError =>
  new ProcessClientError(
    "ClientConfigurationError",
    `timeoutMs is ${timeoutMs}. Use a number of milliseconds, 0 or more.`,
  );
