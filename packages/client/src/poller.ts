import pLimit from "p-limit";
import { type Backoff, equalJitterMs, fullJitterMs } from "./backoff.js";
import { within } from "./deadline.js";
import type { ProcessClientError } from "./errors.js";
import type { ProcessApi, ProcessState } from "./process-api.js";
import type { Scheduler } from "./scheduler.js";
import type { Tracked } from "./tracked.js";
import { type Verdict, verdictOf } from "./verdict.js";

/** How states are polled. */
export interface Polling {
  /** While there is no connection, and after an answer that failed. Default: 1 s, doubling up to 30 s. */
  readonly offline: Backoff;
  /** While there is one, for a message that was never sent. Default: a minute, doubling up to a quarter of an hour. */
  readonly online: Backoff;
  /** Requests at once. Default: 8. */
  readonly maxConcurrency: number;
}

export const DEFAULT_POLLING: Polling = {
  offline: { firstMs: 1_000, maxMs: 30_000 },
  online: { firstMs: 60_000, maxMs: 900_000 },
  maxConcurrency: 8,
};

const REQUEST_MS = 30_000;

export interface PollerOptions {
  readonly api: Pick<ProcessApi<never>, "state">;
  readonly polling: Polling;
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly closing: AbortSignal;
  readonly isOnline: () => boolean;
  readonly onEnd: (tracked: Tracked, state: ProcessState) => void;
  /** Asking is in vain. */
  readonly onRefused: (tracked: Tracked, error: ProcessClientError) => void;
  /** Nobody waits for it. */
  readonly onIdle: (tracked: Tracked) => void;
  /** @returns whether it has to be asked again at once */
  readonly onRunning: (tracked: Tracked, state: ProcessState) => boolean;
  readonly onTrouble: (error: unknown) => void;
  /** There was an answer, whatever it says. */
  readonly onAnswer: () => void;
}

/** Asks for states, of each process by one request at a time. */
export interface Poller {
  /** Asks at once, and from then on again and again; instead of what was planned before. */
  now(tracked: Tracked): void;
  /** Asks when others of its kind do, at most one first wait from now. */
  soon(tracked: Tracked): void;
  /** Asks when a message should have come long ago. */
  later(tracked: Tracked): void;
  cancel(tracked: Tracked): void;
  /** The state now; `undefined` where it cannot be had. */
  once(tracked: Tracked): Promise<ProcessState | undefined>;
}

export function createPoller(options: PollerOptions): Poller {
  const { api, polling, scheduler, random, closing, isOnline } = options;
  const limit = pLimit(polling.maxConcurrency);
  // Details of failures do not stand in line behind ten thousand polls.
  const limitDetails = pLimit(polling.maxConcurrency);

  const ask = (tracked: Tracked) =>
    within(scheduler, { limitMs: REQUEST_MS, signals: [closing] }, (signal) => api.state(tracked, signal));

  const isOver = ({ end }: Tracked) => end !== undefined || closing.aborted;

  const plan = (tracked: Tracked, delayMs: number) => {
    const { poll } = tracked;
    // What is queued is asked later than now, and that is all that matters.
    if (poll.phase === "queued" || isOver(tracked)) return;
    poll.cancel();
    poll.phase = "waiting";
    poll.cancel = scheduler.after(delayMs, () => enqueue(tracked));
  };

  const enqueue = (tracked: Tracked) => {
    if (tracked.waiters.size === 0) {
      tracked.poll.phase = "idle";
      return options.onIdle(tracked);
    }
    tracked.poll.phase = "queued";
    void limit(() => run(tracked));
  };

  const run = async (tracked: Tracked) => {
    tracked.poll.phase = "asking";
    if (isOver(tracked) || tracked.waiters.size === 0) {
      tracked.poll.phase = "idle";
      return;
    }
    const verdict = await verdictOf(tracked, ask(tracked));
    if (!isOver(tracked)) act(tracked, verdict);
  };

  const act = (tracked: Tracked, verdict: Verdict) => {
    if (verdict.kind === "trouble") options.onTrouble(verdict.error);
    else options.onAnswer();
    if (verdict.kind === "end") return options.onEnd(tracked, verdict.state);
    if (verdict.kind === "refused") return options.onRefused(tracked, verdict.error);
    // Planned anew in the meantime.
    if (tracked.poll.phase !== "asking") return;
    if (verdict.kind === "running" && options.onRunning(tracked, verdict.state)) return plan(tracked, 0);
    const backoff = verdict.kind === "running" && isOnline() ? polling.online : polling.offline;
    plan(tracked, equalJitterMs(backoff, tracked.poll.attempts++, random));
  };

  const begin = (tracked: Tracked, delayMs: number) => {
    tracked.poll.attempts = 0;
    plan(tracked, delayMs);
  };

  return {
    now: (tracked) => begin(tracked, 0),
    soon: (tracked) => begin(tracked, fullJitterMs(polling.offline, 0, random)),
    later: (tracked) => begin(tracked, equalJitterMs(polling.online, 0, random)),
    cancel: ({ poll }) => {
      poll.cancel();
      if (poll.phase !== "queued") poll.phase = "idle";
    },
    once: (tracked) =>
      limitDetails(() => ask(tracked)).catch((error: unknown) => {
        if (!closing.aborted) options.onTrouble(error);
        return undefined;
      }),
  };
}
