import type { Scheduler } from "./scheduler.js";

/** Waits that can be cut short. */
export interface Pause {
  /** One at a time. Does not wait any more once the signal has aborted. */
  wait(delayMs: number): Promise<void>;
  /** Ends the wait that is under way. */
  wake(): void;
}

export function createPause(scheduler: Scheduler, signal: AbortSignal): Pause {
  let wake = () => {};
  return {
    wait: (delayMs) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const cancel = scheduler.after(delayMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
