/** Time, passed in: tests and skipped waits replace it. */
export interface Clock {
  /** Not to be changed by whoever gets it. */
  now(): Date;
  /** Resolves after `ms`, used by Wait states and retry intervals; rejects with the signal's reason once it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back after `ms` unless cancelled: deadlines of tasks, heartbeats and executions. Returns the cancellation. */
  after(ms: number, callback: () => void): () => void;
}

// setTimeout's own limit; longer delays are slept in slices.
const MAX_TIMER_MS = 2 ** 31 - 1;

function after(ms: number, callback: () => void): () => void {
  let remainingMs = ms;
  let timer: NodeJS.Timeout;
  const slice = () => {
    const sliceMs = Math.min(remainingMs, MAX_TIMER_MS);
    remainingMs -= sliceMs;
    timer = setTimeout(() => (remainingMs > 0 ? slice() : callback()), sliceMs);
  };
  slice();
  return () => clearTimeout(timer);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = after(ms, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}

let latest = new Date();

/** One `Date` a millisecond: an execution looks at the time at each of its events, thousands of times in one. */
function now(): Date {
  const nowMs = Date.now();
  if (nowMs !== latest.getTime()) latest = new Date(nowMs);
  return latest;
}

/** The machine's own time. */
export const systemClock: Clock = { now, sleep, after };

/** The same clock with Wait states and retry intervals taking no time; deadlines still hold. */
export const withoutWaits = (clock: Clock): Clock => ({
  ...clock,
  sleep: async (_ms, signal) => signal.throwIfAborted(),
});
