import type { Scheduler } from "./scheduler.js";

/** What ends a work before it is done. */
export interface Limits {
  /** Unit: milliseconds. */
  readonly limitMs: number;
  /** Any of them. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** The reason when time is over. Default: a `TimeoutError`. */
  readonly late?: () => Error;
}

/**
 * Gives work a signal that aborts when its time is over or another one aborts. `AbortSignal.any` would do the same, but
 * a long-lived signal keeps what was made from it.
 */
export async function within<T>(
  scheduler: Scheduler,
  { limitMs, signals, late = () => tooLate(limitMs) }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const cancel = scheduler.after(limitMs, () => abort.abort(late()));
  const unfollow = signals.map((signal) => onAbort(signal, (reason) => abort.abort(reason)));
  try {
    abort.signal.throwIfAborted();
    return await work(abort.signal);
  } finally {
    cancel();
    for (const stop of unfollow) stop();
  }
}

const tooLate = (limitMs: number) => new DOMException(`There was no answer within ${limitMs} ms.`, "TimeoutError");

/** Ends the wait for work that cannot be aborted itself. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, reject);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop();
  }
}

type OnAbort = (reason: unknown) => void;

/** One listener a signal, however many wait for it: Node.js takes more than ten for a leak. */
const listening = new WeakMap<AbortSignal, Set<OnAbort>>();

/**
 * Calls back when a signal aborts, also where it has already.
 *
 * @returns what takes the listener off again
 */
export function onAbort(signal: AbortSignal | undefined, run: OnAbort): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    run(signal.reason);
    return () => {};
  }
  const all = listening.get(signal) ?? listen(signal);
  // The same function may be given twice.
  const one: OnAbort = (reason) => run(reason);
  all.add(one);
  return () => {
    all.delete(one);
    if (all.size === 0) unlisten.get(all)?.();
  };
}

const unlisten = new WeakMap<Set<OnAbort>, () => void>();

function listen(signal: AbortSignal): Set<OnAbort> {
  const all = new Set<OnAbort>();
  const listener = () => {
    for (const run of [...all]) run(signal.reason);
  };
  signal.addEventListener("abort", listener, { once: true });
  listening.set(signal, all);
  unlisten.set(all, () => {
    signal.removeEventListener("abort", listener);
    listening.delete(signal);
  });
  return all;
}
