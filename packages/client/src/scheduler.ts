import { createAgenda, type Entry } from "./agenda.js";
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

/** A longer delay would overflow the timers of Node.js and browsers, and run at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export function createScheduler(clock: Clock): Scheduler {
  const agenda = createAgenda();
  let armed: { readonly dueMs: number; readonly disarm: Cancel } | undefined;

  const arm = () => {
    const next = agenda.next();
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
      for (let next = agenda.next(); next !== undefined && next.dueMs <= clock.now(); next = agenda.next())
        agenda.run();
    } finally {
      arm();
    }
  };

  return {
    after: (delayMs, run) => {
      const entry: Entry = { dueMs: clock.now() + delayMs, run };
      agenda.add(entry);
      arm();
      return () => {
        agenda.cancel(entry);
        arm();
      };
    },
    now: clock.now,
    close: () => {
      agenda.clear();
      arm();
    },
  };
}
