import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { bundleWorker } from "./bundle.js";
import type { Mutation } from "./mutations.js";
import { emptyTally, type Order, type Tally, together } from "./tally.js";

export interface SimulationOptions {
  /** First seed. Default: 1. */
  readonly from?: number;
  /** How many. */
  readonly seeds: number;
  /** Threads. Default: as many as there are processors. */
  readonly threads?: number;
  /** What to break, to see whether it is noticed. Default: nothing. */
  readonly mutation?: Mutation;
  /** Whether seeds beyond the first one that breaks an invariant are left out. Default: no. */
  readonly stopsAtViolation?: boolean;
  /** Whether everything that happens is kept as a line. Default: no. */
  readonly isTraced?: boolean;
  /** Hears how many runs are done. */
  readonly onProgress?: (runs: number) => void;
}

/** Small, so that no thread is left with the long end; large enough not to talk all the time. */
const SEEDS_PER_ORDER = 10;

/**
 * Runs seeds, each a process among services that fail, and judges each by the invariants.
 *
 * @throws Error where the simulator itself breaks, with the seed
 */
export const simulate = async (options: SimulationOptions): Promise<Tally> => {
  const { from = 1, seeds, threads = availableParallelism(), isTraced = false, onProgress } = options;
  const script = await bundleWorker(options.mutation === undefined ? [] : [options.mutation]);
  let [next, total] = [from, emptyTally()];
  const nextOrder = (): Order | undefined => {
    const isFound = options.stopsAtViolation === true && total.violations.length > 0;
    if (next >= from + seeds || isFound) return undefined;
    const order = { from: next, seeds: Math.min(SEEDS_PER_ORDER, from + seeds - next), isTraced };
    next += order.seeds;
    return order;
  };
  const settle = (tally: Tally) => {
    total = together(total, tally);
    onProgress?.(total.runs);
  };
  const orders = Math.ceil(seeds / SEEDS_PER_ORDER);
  await Promise.all(Array.from({ length: Math.min(threads, orders) }, () => runThread(script, nextOrder, settle)));
  return total;
};

const runThread = (script: string, nextOrder: () => Order | undefined, settle: (tally: Tally) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true });
    worker.on("message", (tally: Tally) => {
      settle(tally);
      const order = nextOrder();
      if (order === undefined) return void worker.terminate().then(() => resolve(), reject);
      worker.postMessage(order);
    });
    worker.on("error", reject);
  });
