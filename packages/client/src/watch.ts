import { type FailedStatus, ProcessClientError, ProcessFailedError, type ProcessReference } from "./errors.js";
import { createPoller, type Poller, type PollerOptions } from "./poller.js";
import type { ProcessState, Started } from "./process-api.js";
import { type End, newTracked, type ProcessEnd, type Tracked, type WaitOptions, waitForEnd } from "./tracked.js";

export interface WatchOptions extends Pick<PollerOptions, "api" | "polling" | "scheduler" | "random" | "closing"> {
  /** Hears of what is wrong but tried again: the first of its kind since all was well. */
  readonly warn: (error: ProcessClientError) => void;
}

/** Learns of the ends of processes, by message or by poll, and tells each of those who wait once. */
export interface Watch {
  online(): void;
  offline(): void;
  trouble(error: ProcessClientError): void;
  /** A message that tells an end. */
  ended(transactionId: string, status: "SUCCEEDED" | "FAILED"): void;
  /**
   * Called before a process is started: its end may be told before its start is. Of one that may have been started
   * before, it may have been told long ago.
   */
  expect(start: { readonly mayBeOld: boolean }): Expectation;
  /** Waits for the end of a process that somebody else may have started. */
  wait(process: ProcessReference, options: WaitOptions): Promise<ProcessEnd>;
  /** Ends every wait. */
  close(): void;
}

export interface Expectation {
  /** @returns what waits for the end of the process that was started */
  started(process: Started): (options: WaitOptions, spentMs?: number) => Promise<ProcessEnd>;
  /** There is nothing to expect any more. */
  over(): void;
}

/** Ends of others' processes that are told while a start is under way. */
const MAX_EARLY = 10_000;

export function createWatch(options: WatchOptions): Watch {
  const { scheduler } = options;
  const pending = new Map<string, Tracked>();
  const early = new Map<string, "SUCCEEDED" | "FAILED">();
  const failing = new Set<Tracked>();
  let connection: "connecting" | "online" | "offline" = "connecting";
  let expectations = 0;
  /** How often the connection was lost: where it was in between, a message may have been missed. */
  let losses = 0;
  let lastTrouble: ProcessClientError | undefined;

  const trouble = (error: ProcessClientError) => {
    if (lastTrouble === undefined) options.warn(error);
    lastTrouble = error;
  };

  const forget = (tracked: Tracked) => {
    poller.cancel(tracked);
    if (pending.get(tracked.transactionId) === tracked) pending.delete(tracked.transactionId);
  };

  const settle = (tracked: Tracked, end: End) => {
    if (tracked.end !== undefined) return;
    tracked.end = end;
    forget(tracked);
    failing.delete(tracked);
    for (const waiter of [...tracked.waiters]) waiter(end);
  };

  const settleBy = (tracked: Tracked, state: ProcessState) => {
    if (state.executionId !== undefined) tracked.executionId ??= state.executionId;
    settle(tracked, isFailure(state) ? { error: new ProcessFailedError(tracked, state) } : {});
  };

  const poller: Poller = createPoller({
    ...options,
    isOnline: () => connection === "online",
    onEnd: settleBy,
    onRefused: (tracked, error) => settle(tracked, { error }),
    onIdle: forget,
    onTrouble: (cause) => trouble(asTrouble(cause)),
    onAnswer: () => {
      if (connection === "online") lastTrouble = undefined;
    },
  });

  /** The message tells that, not why; the state may not yet know. */
  const fail = async (tracked: Tracked) => {
    if (failing.has(tracked)) return;
    failing.add(tracked);
    const state = await poller.once(tracked);
    if (state === undefined || state.status === "RUNNING" || state.status === "UNKNOWN") {
      settle(tracked, { error: new ProcessFailedError(tracked, { status: "FAILED" }) });
    } else settleBy(tracked, state);
  };

  const ended = (transactionId: string, status: "SUCCEEDED" | "FAILED") => {
    const tracked = pending.get(transactionId);
    if (tracked !== undefined) return hear(tracked, status);
    if (expectations === 0) return;
    early.set(transactionId, status);
    const [oldest] = early.keys();
    if (early.size > MAX_EARLY && oldest !== undefined) early.delete(oldest);
  };

  const hear = (tracked: Tracked, status: "SUCCEEDED" | "FAILED") => {
    if (status === "FAILED") void fail(tracked);
    else if (!failing.has(tracked)) settle(tracked, {});
  };

  const track = (tracked: Tracked): Tracked => {
    pending.set(tracked.transactionId, tracked);
    return tracked;
  };

  const wait = (tracked: Tracked, waitOptions: WaitOptions, spentMs: number): Promise<ProcessEnd> =>
    waitForEnd(tracked, waitOptions, {
      scheduler,
      spentMs,
      trouble: () => lastTrouble,
      onLeave: (left) => {
        if (left.waiters.size === 0) forget(left);
      },
    });

  /** Whoever comes late asks once: the message may be long gone. While connecting, what comes of that asks. */
  const waitLate = (tracked: Tracked, waitOptions: WaitOptions, spentMs = 0) => {
    const known = tracked.end === undefined ? pending.get(tracked.transactionId) : tracked;
    if (known !== undefined) return wait(known, waitOptions, spentMs);
    const result = wait(track(tracked), waitOptions, spentMs);
    if (connection !== "connecting") poller.now(tracked);
    return result;
  };

  const adopt = (process: Started, mayBeMissed: boolean): Tracked => {
    const tracked = track(pending.get(process.transactionId) ?? newTracked(process));
    tracked.executionId ??= process.executionId;
    const status = early.get(process.transactionId);
    if (status !== undefined) hear(tracked, status);
    else if (connection !== "online") poller.soon(tracked);
    else if (mayBeMissed) poller.now(tracked);
    else poller.later(tracked);
    return tracked;
  };

  return {
    ended,
    trouble,
    online: () => {
      connection = "online";
      lastTrouble = undefined;
      for (const tracked of pending.values()) poller.now(tracked);
    },
    offline: () => {
      if (connection === "offline") return;
      connection = "offline";
      losses += 1;
      for (const tracked of pending.values()) poller.soon(tracked);
    },
    expect: ({ mayBeOld }) => {
      const lossesBefore = losses;
      expectations += 1;
      return {
        started: (process) => {
          const tracked = adopt(process, mayBeOld || losses !== lossesBefore);
          return (waitOptions, spentMs) => waitLate(tracked, waitOptions, spentMs);
        },
        over: () => {
          expectations -= 1;
          if (expectations === 0) early.clear();
        },
      };
    },
    wait: (process, waitOptions) => waitLate(newTracked(process), waitOptions),
    close: () => {
      const error = new ProcessClientError("ClientClosedError", "The client was closed before the process has ended.");
      for (const tracked of [...pending.values()]) settle(tracked, { error });
    },
  };
}

const isFailure = (state: ProcessState): state is ProcessState & { readonly status: FailedStatus } =>
  state.status !== "SUCCEEDED";

const asTrouble = (cause: unknown): ProcessClientError => {
  if (cause instanceof ProcessClientError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ProcessClientError("ConnectionError", `A state cannot be asked for; it is tried again: ${reason}`, {
    cause,
  });
};
