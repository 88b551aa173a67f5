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
  /** How much of its time it has run since it was asked last, rather than waited: 0 to 1. */
  busyShare(): number;
}

const OBSERVATION_MS = 100;
const WAITING_SHARE = 0.2;

/**
 * As many workers as there are processors, and one for the next. More of them share the same processors, and cost 50 MB
 * each; they help only where those that run spend their time waiting, for a service or for another function, and not for
 * this thread, which serves them all. Then the limit is raised, up to `maxWorkers`.
 */
export function createWorkerLimit(maxWorkers: number): WorkerLimit {
  let limit = Math.min(maxWorkers, availableParallelism() + 1);
  let observation: NodeJS.Timeout | undefined;
  return {
    current: () => limit,
    reconsider: (busy, onDecided) => {
      if (observation !== undefined || limit >= maxWorkers) return;
      for (const worker of busy()) worker.busyShare();
      const before = performance.eventLoopUtilization();
      observation = setTimeout(() => {
        observation = undefined;
        const shares = busy().map((worker) => worker.busyShare());
        const own = performance.eventLoopUtilization(before).utilization;
        const allWait = shares.length >= limit && [own, ...shares].every((share) => share <= WAITING_SHARE);
        if (allWait) limit = Math.min(maxWorkers, 2 * limit);
        onDecided();
      }, OBSERVATION_MS);
    },
    close: () => clearTimeout(observation),
  };
}
