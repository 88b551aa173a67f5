import type { Poller } from "./poller.js";
import type { ProcessState } from "./process-api.js";
import type { Scheduler } from "./scheduler.js";
import type { Tracked } from "./tracked.js";

export interface Explaining {
  readonly scheduler: Scheduler;
  readonly state: Poller["once"];
  readonly onEnd: (tracked: Tracked, state: ProcessState) => void;
}

/** How long to wait before the state is asked again why a process has failed; after the last one it counts as unknown. */
const DELAYS_MS = [50, 100, 200, 400, 800, 1_600] as const;

/**
 * Asks why a process has failed: the message tells that, not why. The state knows a little later: a machine says its end
 * before it comes to it.
 */
export async function explain(
  tracked: Tracked,
  explaining: Explaining,
  delaysMs: readonly number[] = DELAYS_MS,
): Promise<void> {
  const { scheduler, onEnd } = explaining;
  const state = await explaining.state(tracked);
  if (tracked.end !== undefined) return;
  if (state !== undefined && state.status !== "RUNNING" && state.status !== "UNKNOWN") return onEnd(tracked, state);
  const [delayMs, ...later] = delaysMs;
  if (delayMs === undefined) return onEnd(tracked, { status: "FAILED" });
  scheduler.after(delayMs, () => void explain(tracked, explaining, later));
}
