import TinyQueue from "tinyqueue";
import type { Clock } from "./clock.js";

/** What takes an entry out again. */
export type Cancel = () => void;

/** Any number of things to do later, on one timer. */
export interface Scheduler {
  /** Runs it once, `delayMs` from now. */
  after(delayMs: number, run: () => void): Cancel;
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Forgets all entries. */
  close(): void;
}

interface Entry {
  readonly dueMs: number;
  /** `undefined`: cancelled. */
  run: (() => void) | undefined;
}

/** A longer delay would overflow the timers of Node.js and browsers, and run at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Cancelled entries stay in the heap until they are due or outnumber the others. */
const MIN_SWEEP = 64;

const earliest = (a: Entry, b: Entry): number => a.dueMs - b.dueMs;

export function createScheduler(clock: Clock): Scheduler {
  let queue = new TinyQueue<Entry>([], earliest);
  let cancelled = 0;
  let armed: { readonly dueMs: number; readonly disarm: Cancel } | undefined;

  const arm = () => {
    const next = queue.peek();
    if (next?.dueMs === armed?.dueMs) return;
    armed?.disarm();
    armed = undefined;
    if (next === undefined) return;
    const delayMs = Math.min(Math.max(0, next.dueMs - clock.now()), MAX_DELAY_MS);
    armed = { dueMs: next.dueMs, disarm: clock.setTimeout(runDue, delayMs) };
  };

  const runDue = () => {
    armed = undefined;
    try {
      for (let next = queue.peek(); next !== undefined && next.dueMs <= clock.now(); next = queue.peek()) {
        queue.pop();
        runEntry(next);
      }
    } finally {
      arm();
    }
  };

  const runEntry = (entry: Entry) => {
    const { run } = entry;
    if (run === undefined) cancelled -= 1;
    entry.run = undefined;
    run?.();
  };

  const sweep = () => {
    if (cancelled < MIN_SWEEP || cancelled * 2 < queue.length) return;
    queue = new TinyQueue(
      queue.data.filter(({ run }) => run !== undefined),
      earliest,
    );
    cancelled = 0;
  };

  const cancel = (entry: Entry) => {
    if (entry.run === undefined) return;
    entry.run = undefined;
    cancelled += 1;
    sweep();
    if (cancelled === queue.length) clear();
    arm();
  };

  const clear = () => {
    queue = new TinyQueue<Entry>([], earliest);
    cancelled = 0;
  };

  return {
    after: (delayMs, run) => {
      const entry: Entry = { dueMs: clock.now() + delayMs, run };
      queue.push(entry);
      arm();
      return () => cancel(entry);
    },
    now: clock.now,
    close: () => {
      clear();
      arm();
    },
  };
}
