import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";

/** How many workers may run at the moment. */
export interface WorkerLimit {
  current(): number;
  /** Invocations wait in line: looks at how busy the workers are, and calls back when it has decided anew. */
  reconsider(busy: () => readonly Measured[], onDecided: () => void): void;
  close(): void;
}

/** A worker whose thread can be watched. */
export interface Measured {
  /** Starts to watch: what it returns says which share of its time since then the worker has run, 0 to 1. */
  watch(): () => number;
}

// On a busy machine an invocation that works stands still for a part of this.
const OBSERVATION_MS = 1_000;
const WAITING_SHARE = 0.2;

/**
 * As many workers as there are processors, and one for the next. More of them share the same processors, and cost 40 MB
 * each; they help only where those that run spend their time waiting, for a service or for another function, and not for
 * this thread and its disk, which serve them all. So they count as waiting only where none of them comes to its end
 * meanwhile. Then the limit is raised, up to `maxWorkers`.
 */
export function createWorkerLimit(maxWorkers: number): WorkerLimit {
  let limit = Math.min(maxWorkers, availableParallelism() + 1);
  let observation: NodeJS.Timeout | undefined;
  return {
    current: () => limit,
    reconsider: (busy, onDecided) => {
      if (observation !== undefined || limit >= maxWorkers) return;
      const watched = busy().map((worker) => worker.watch());
      const before = performance.eventLoopUtilization();
      observation = setTimeout(() => {
        observation = undefined;
        const own = performance.eventLoopUtilization(before).utilization;
        const shares = [own, ...watched.map((share) => share())];
        const allWait = watched.length >= limit && shares.every((share) => share <= WAITING_SHARE);
        if (allWait) limit = Math.min(maxWorkers, 2 * limit);
        onDecided();
      }, OBSERVATION_MS);
    },
    close: () => clearTimeout(observation),
  };
}
