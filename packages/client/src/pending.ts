import type { ProcessClientError } from "./errors.js";
import type { Scheduler } from "./scheduler.js";
import { type End, type ProcessEnd, type Tracked, type WaitOptions, waitForEnd } from "./tracked.js";

/** The processes whose end is not known yet, and who waits for it. */
export interface Pending {
  all(): Iterable<Tracked>;
  /** By its transaction, or by the name that it was asked for by. */
  get(id: string): Tracked | undefined;
  add(tracked: Tracked): void;
  /** Finds it by its transaction from now on, unless another execution of that one is pending. @returns whether it does */
  rename(tracked: Tracked, transactionId: string): boolean;
  /** As if nobody had asked for it. */
  forget(tracked: Tracked): void;
  /** Tells all who wait; the first end counts. */
  settle(tracked: Tracked, end: End): void;
  /** @param spentMs what of the wait's `timeoutMs` is over already */
  wait(tracked: Tracked, options: WaitOptions, spentMs: number): Promise<ProcessEnd>;
}

export interface PendingOptions {
  readonly scheduler: Scheduler;
  readonly trouble: () => ProcessClientError | undefined;
  readonly onForget: (tracked: Tracked) => void;
}

export function createPending({ scheduler, trouble, onForget }: PendingOptions): Pending {
  const byId = new Map<string, Tracked>();

  const forget = (tracked: Tracked) => {
    onForget(tracked);
    for (const id of [tracked.name, tracked.transactionId]) {
      if (byId.get(id) === tracked) byId.delete(id);
    }
  };
  const onLeave = (tracked: Tracked) => {
    if (tracked.waiters.size === 0) forget(tracked);
  };

  return {
    all: () => new Set(byId.values()),
    get: (id) => byId.get(id),
    add: (tracked) => void byId.set(tracked.transactionId, tracked),
    rename: (tracked, transactionId) => {
      if (byId.has(transactionId)) return false;
      tracked.transactionId = transactionId;
      byId.set(transactionId, tracked);
      return true;
    },
    forget,
    settle: (tracked, end) => {
      if (tracked.end !== undefined) return;
      tracked.end = end;
      forget(tracked);
      for (const waiter of [...tracked.waiters]) waiter(end);
    },
    wait: (tracked, options, spentMs) => waitForEnd(tracked, options, { scheduler, spentMs, trouble, onLeave }),
  };
}
