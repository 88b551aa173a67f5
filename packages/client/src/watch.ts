import { createEarlyEnds, type EndWord } from "./early-ends.js";
import { type FailedStatus, ProcessClientError, ProcessFailedError, type ProcessReference } from "./errors.js";
import { createPending } from "./pending.js";
import { createPoller, type PollerOptions } from "./poller.js";
import type { ProcessState, Started } from "./process-api.js";
import { newTracked, type ProcessEnd, type Tracked, type WaitOptions } from "./tracked.js";
import { createTroubles } from "./troubles.js";

export interface WatchOptions extends Pick<PollerOptions, "api" | "polling" | "scheduler" | "random" | "closing"> {
  /** Hears of what is wrong but tried again: the first since all was well. */
  readonly warn: (error: ProcessClientError) => void;
}

/** Learns of the ends of processes, by message or by poll, and tells each of those who wait once. */
export interface Watch {
  online(): void;
  offline(): void;
  trouble(error: ProcessClientError): void;
  /** A message that tells an end. */
  ended(transactionId: string, word: EndWord): void;
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

/** How long to wait before the state is asked again why a process has failed; after the last one it counts as unknown. */
const EXPLANATION_DELAYS_MS = [50, 100, 200, 400, 800, 1_600] as const;

export function createWatch(options: WatchOptions): Watch {
  const early = createEarlyEnds();
  const troubles = createTroubles(options.warn);
  let connection: "connecting" | "online" | "offline" = "connecting";
  /** How often the connection was lost: where it was in between, a message may have been missed. */
  let losses = 0;

  const pending = createPending({
    scheduler: options.scheduler,
    trouble: troubles.last,
    onForget: (tracked) => poller.cancel(tracked),
  });

  /** An execution need not be named after its transaction, but messages are. @returns whether the transaction is news */
  const learn = (tracked: Tracked, { transactionId, executionId }: ProcessState): boolean => {
    tracked.executionId ??= executionId;
    if (transactionId === undefined || transactionId === tracked.transactionId) return false;
    return pending.rename(tracked, transactionId);
  };

  const settleBy = (tracked: Tracked, state: ProcessState) => {
    learn(tracked, state);
    pending.settle(tracked, isFailure(state) ? { error: new ProcessFailedError(tracked, state) } : {});
  };

  const poller = createPoller({
    ...options,
    isOnline: () => connection === "online",
    onEnd: settleBy,
    // Its message may have come before it was known to be its own.
    onRunning: learn,
    onRefused: (tracked, error) => pending.settle(tracked, { error }),
    onIdle: pending.forget,
    onTrouble: troubles.note,
    onAnswer: () => connection === "online" && troubles.over(),
  });

  /** The message tells that, not why. The state knows a little later: a machine says its end before it comes to it. */
  const explain = async (tracked: Tracked, delaysMs: readonly number[]): Promise<void> => {
    const state = await poller.once(tracked);
    if (tracked.end !== undefined) return;
    if (state !== undefined && state.status !== "RUNNING" && state.status !== "UNKNOWN")
      return settleBy(tracked, state);
    const [delayMs, ...later] = delaysMs;
    if (delayMs !== undefined) options.scheduler.after(delayMs, () => void explain(tracked, later));
    else pending.settle(tracked, { error: new ProcessFailedError(tracked, { status: "FAILED" }) });
  };

  const fail = (tracked: Tracked) => {
    tracked.isFailing = true;
    void explain(tracked, EXPLANATION_DELAYS_MS);
  };

  const hear = (tracked: Tracked, word: EndWord) => {
    // The first message counts.
    if (tracked.isFailing) return;
    if (word === "FAILED") fail(tracked);
    else pending.settle(tracked, {});
  };

  const adopt = (process: Started, mayBeMissed: boolean): Tracked => {
    const tracked = pending.get(process.transactionId) ?? newTracked(process);
    tracked.executionId ??= process.executionId;
    pending.add(tracked);
    const word = early.of(process.transactionId);
    if (word !== undefined) hear(tracked, word);
    else if (connection !== "online") poller.soon(tracked);
    else if (mayBeMissed) poller.now(tracked);
    else poller.later(tracked);
    return tracked;
  };

  /** Whoever comes late asks once: the message may be long gone. While connecting, what comes of that asks. */
  const wait = (tracked: Tracked, waitOptions: WaitOptions, spentMs = 0) => {
    const known = tracked.end === undefined ? pending.get(tracked.transactionId) : tracked;
    if (known !== undefined) return pending.wait(known, waitOptions, spentMs);
    pending.add(tracked);
    const end = pending.wait(tracked, waitOptions, spentMs);
    if (connection !== "connecting") poller.now(tracked);
    return end;
  };

  return {
    trouble: troubles.note,
    online: () => {
      connection = "online";
      troubles.over();
      for (const tracked of pending.all()) poller.now(tracked);
    },
    offline: () => {
      if (connection === "offline") return;
      connection = "offline";
      losses += 1;
      for (const tracked of pending.all()) poller.soon(tracked);
    },
    ended: (transactionId, word) => {
      const tracked = pending.get(transactionId);
      if (tracked === undefined) early.keep(transactionId, word);
      else hear(tracked, word);
    },
    expect: ({ mayBeOld }) => {
      const lossesBefore = losses;
      const over = early.expect();
      const started = (process: Started) => {
        const tracked = adopt(process, mayBeOld || losses !== lossesBefore);
        return (waitOptions: WaitOptions, spentMs?: number) => wait(tracked, waitOptions, spentMs);
      };
      return { started, over };
    },
    wait: (process, waitOptions) => wait(newTracked(process), waitOptions),
    close: () => {
      const error = new ProcessClientError("ClientClosedError", "The client was closed before the process has ended.");
      for (const tracked of pending.all()) pending.settle(tracked, { error });
    },
  };
}

const isFailure = (state: ProcessState): state is ProcessState & { readonly status: FailedStatus } =>
  state.status !== "SUCCEEDED";
