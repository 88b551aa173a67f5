import { performance } from "node:perf_hooks";
import type { Caller, Invocation, Invoker, LogOutput } from "./invocation.js";
import { type InvocationAnswer, lambdaError } from "./lambda-errors.js";
import { startWorker, type WarmWorker } from "./warm-worker.js";
import { createWorkerLimit } from "./worker-limit.js";

interface WorkerPoolOptions {
  readonly loaderUrl: string | undefined;
  readonly maxWorkers: number;
  /** Hears what a function writes after it was answered. */
  readonly onLateOutput: (output: LogOutput) => void;
}

interface Slot {
  readonly key: string;
  /** What it has loaded is as old as this. */
  readonly generation: number;
  readonly worker: WarmWorker;
  readonly startedMs: number;
  /** Until then it serves its own kind first; known once it has served. Unit: milliseconds. */
  ownKindUntilMs?: number;
}

interface Waiting {
  readonly key: string;
  readonly start: (slot: Slot) => void;
  readonly refuse: (reason: Error) => void;
  readonly invocation: Invocation;
}

/**
 * How long a worker may serve its own kind before others that have waited longer: so many times what it took to start and
 * to serve once, and no longer than the limit. Where kinds take turns at each invocation, each costs a worker's start,
 * some hundred times the invocation itself.
 */
const OWN_KIND_STARTS = 4;
const MAX_OWN_KIND_MS = 10_000;

/**
 * Runs invocations in worker threads: functions alike in environment and memory share them, others wait in line, and are
 * served in its order but for what a worker has left of its own kind's time.
 */
export function createWorkerPool({ loaderUrl, maxWorkers, onLateOutput }: WorkerPoolOptions): Invoker {
  const idle: Slot[] = [];
  const busy = new Set<Slot>();
  const queue: Waiting[] = [];
  const limit = createWorkerLimit(maxWorkers);
  let isClosed = false;
  let generation = 0;

  const start = ({ key, invocation: { environment, memoryMb } }: Waiting): Slot => ({
    key,
    generation,
    startedMs: performance.now(),
    worker: startWorker({ environment, memoryMb, loaderUrl, onLateOutput }),
  });

  /** A worker for the head of the line: a warm one of its kind, a new one, or a new one in another kind's place. */
  function slotFor(waiting: Waiting): Slot | undefined {
    for (const dead of idle.filter(({ worker }) => !worker.isUsable())) idle.splice(idle.indexOf(dead), 1);
    const warm = idle.findLastIndex(({ key }) => key === waiting.key);
    if (warm >= 0) return idle.splice(warm, 1)[0];
    if (busy.size >= limit.current()) return undefined;
    if (idle.length + busy.size >= limit.current()) void idle.shift()?.worker.terminate();
    return start(waiting);
  }

  const busyWorkers = () => [...busy].map(({ worker }) => worker);

  function serveQueue(): void {
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const slot = slotFor(head);
      if (slot === undefined) break;
      queue.shift();
      busy.add(slot);
      head.start(slot);
    }
    if (queue.length > 0) limit.reconsider(busyWorkers, serveQueue);
  }

  function release(slot: Slot): void {
    busy.delete(slot);
    if (slot.generation !== generation) void slot.worker.terminate();
    else if (slot.worker.isUsable()) makeIdle(slot);
    serveQueue();
  }

  function makeIdle(slot: Slot): void {
    idle.push(slot);
    const now = performance.now();
    slot.ownKindUntilMs ??= now + Math.min(OWN_KIND_STARTS * (now - slot.startedMs), MAX_OWN_KIND_MS);
    if (now > slot.ownKindUntilMs) return;
    const own = queue.findIndex(({ key }) => key === slot.key);
    if (own > 0) queue.unshift(...queue.splice(own, 1));
  }

  function acquire(invocation: Invocation, signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        key: workerKey(invocation),
        invocation,
        start: (slot) => {
          signal.removeEventListener("abort", leave);
          resolve(slot);
        },
        refuse: (reason) => {
          signal.removeEventListener("abort", leave);
          reject(reason);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      queue.push(waiting);
      serveQueue();
    });
  }

  async function invoke(invocation: Invocation, caller: Caller): Promise<InvocationAnswer> {
    caller.signal.throwIfAborted();
    if (isClosed) throw closed();
    const slot = await acquire(invocation, caller.signal);
    try {
      return await slot.worker.invoke(invocation, caller);
    } finally {
      release(slot);
    }
  }

  return {
    invoke,
    reload: () => {
      generation += 1;
      for (const { worker } of idle.splice(0)) void worker.terminate();
    },
    close: async () => {
      isClosed = true;
      limit.close();
      for (const { refuse } of queue.splice(0)) refuse(closed());
      await Promise.all([...idle.splice(0), ...busy].map(({ worker }) => worker.terminate()));
    },
  };
}

const closed = () => lambdaError("ServiceException", "The local Lambda has been closed.");

const workerKey = ({ environment, memoryMb }: Invocation) =>
  JSON.stringify([memoryMb, Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))]);
