import { createEarlyEnds, type EndWord } from "./early-ends.js";
import { ProcessClientError, type ProcessReference } from "./errors.js";
import { createFollowing } from "./following.js";
import type { PollerOptions } from "./poller.js";
import type { Started } from "./process-api.js";
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

export function createWatch(options: WatchOptions): Watch {
  const early = createEarlyEnds();
  const troubles = createTroubles(options.warn);
  let connection: "connecting" | "online" | "offline" = "connecting";
  /** How often the connection was lost: where it was in between, a message may have been missed. */
  let losses = 0;
  const following = createFollowing({ ...options, troubles, isOnline: () => connection === "online" });

  const adopt = (process: Started, mayBeMissed: boolean): Tracked => {
    const tracked = following.get(process.transactionId) ?? newTracked(process);
    tracked.executionId ??= process.executionId;
    following.add(tracked);
    const word = early.of(process.transactionId);
    if (word !== undefined) following.hear(tracked, word);
    else if (connection !== "online") following.soon(tracked);
    else if (mayBeMissed) following.now(tracked);
    else following.later(tracked);
    return tracked;
  };

  /** Whoever comes late asks once: the message may be long gone. While connecting, what comes of that asks. */
  const wait = (tracked: Tracked, waitOptions: WaitOptions, spentMs = 0) => {
    const known = tracked.end === undefined ? following.get(tracked.transactionId) : tracked;
    if (known !== undefined) return following.wait(known, waitOptions, spentMs);
    following.add(tracked);
    const end = following.wait(tracked, waitOptions, spentMs);
    if (connection !== "connecting") following.now(tracked);
    return end;
  };

  const expect = ({ mayBeOld }: { readonly mayBeOld: boolean }): Expectation => {
    const lossesBefore = losses;
    const over = early.expect();
    const started = (process: Started) => {
      const tracked = adopt(process, mayBeOld || losses !== lossesBefore);
      return (waitOptions: WaitOptions, spentMs?: number) => wait(tracked, waitOptions, spentMs);
    };
    return { started, over };
  };

  return {
    trouble: troubles.note,
    online: () => {
      connection = "online";
      troubles.over();
      for (const tracked of following.all()) following.now(tracked);
    },
    offline: () => {
      if (connection === "offline") return;
      connection = "offline";
      losses += 1;
      for (const tracked of following.all()) following.soon(tracked);
    },
    ended: (transactionId, word) => {
      const tracked = following.get(transactionId);
      if (tracked === undefined) early.keep(transactionId, word);
      else following.hear(tracked, word);
    },
    expect,
    wait: (process, waitOptions) => wait(newTracked(process), waitOptions),
    close: () => {
      const error = new ProcessClientError("ClientClosedError", "The client was closed before the process has ended.");
      for (const tracked of following.all()) following.settle(tracked, { error });
    },
  };
}
