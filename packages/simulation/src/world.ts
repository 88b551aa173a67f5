import type { Faults } from "./faults.js";
import type { Judge } from "./invariants.js";
import type { Random } from "./random.js";
import type { Timeline } from "./timeline.js";

/** What all parts of one run share. */
export interface World {
  readonly random: Random;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly judge: Judge;
  /** Takes its time, whoever waits for it. */
  pause(delayMs: number): Promise<void>;
  /** One line of the trace, made only where somebody reads it. */
  trace(line: () => string): void;
  /** Ends the run where the simulator itself is wrong. */
  crash(error: unknown): void;
}
