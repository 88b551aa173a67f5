import { Worker } from "node:worker_threads";
import type { Caller, Invocation, LogOutput } from "./invocation.js";
import { exited, type InvocationAnswer, initTimedOut, outOfMemory, timedOut } from "./lambda-errors.js";
import type { Measured } from "./worker-limit.js";
import type { WorkerMessage, WorkerSettings } from "./worker-messages.js";

interface WarmWorkerOptions extends WorkerSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onLateOutput: (output: LogOutput) => void;
}

/** A worker thread that stays for the next invocation; one at a time. */
export interface WarmWorker extends Measured {
  /** Resolves with the answer. Afterwards, `isUsable` says whether another may follow. */
  invoke(invocation: Invocation, caller: Caller): Promise<InvocationAnswer>;
  isUsable(): boolean;
  terminate(): Promise<void>;
}

// Lambda allows ten seconds; compiling TypeScript on a busy machine needs more.
const MAX_INIT_MS = 60_000;

// Node's own default lets garbage of 48 MB pile up in each worker; with a twelfth of that they are no slower.
const MAX_YOUNG_GENERATION_MB = 4;

interface CurrentInvocation {
  readonly invocation: Invocation;
  readonly caller: Caller;
  end(answer: InvocationAnswer): void;
  /** Starts the clock anew with another limit. */
  limit(ms: number, answer: () => InvocationAnswer): void;
}

export function startWorker({ environment, memoryMb, loaderUrl, onLateOutput }: WarmWorkerOptions): WarmWorker {
  const settings: WorkerSettings = { loaderUrl };
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    env: { ...environment },
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MB },
  });
  let current: CurrentInvocation | undefined;
  let isUsable = true;
  const terminate = async () => {
    isUsable = false;
    await worker.terminate();
  };
  const endCurrent = (answer: (invocation: Invocation) => InvocationAnswer) => {
    isUsable = false;
    current?.end(answer(current.invocation));
  };

  const on: { readonly [T in WorkerMessage["type"]]: (message: Extract<WorkerMessage, { type: T }>) => void } = {
    started: () => {
      const invocation = current?.invocation;
      if (invocation === undefined) return;
      const { requestId, timeoutSeconds } = invocation;
      current?.limit(timeoutSeconds * 1_000, () => timedOut(requestId, timeoutSeconds));
    },
    // Work that a handler left behind may speak while the next invocation runs.
    log: ({ output }) => {
      const isCurrent = output.requestId === current?.invocation.requestId;
      if (isCurrent) current?.caller.onLog(output);
      else onLateOutput(output);
    },
    answer: ({ answer, isReusable }) => {
      if (!isReusable) void terminate();
      current?.end(answer);
    },
  };
  worker.on("message", <T extends WorkerMessage["type"]>(message: Extract<WorkerMessage, { type: T }>) =>
    on[message.type as T](message),
  );
  worker.on("error", (error) => {
    const isOutOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    endCurrent(({ requestId }) => (isOutOfMemory ? outOfMemory(requestId) : exited(requestId, 1)));
  });
  worker.on("exit", (code) => endCurrent(({ requestId }) => exited(requestId, code)));

  function invoke(invocation: Invocation, caller: Caller): Promise<InvocationAnswer> {
    return new Promise((resolve, reject) => {
      if (caller.signal.aborted) return reject(caller.signal.reason);
      let timer: NodeJS.Timeout | undefined;
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        caller.signal.removeEventListener("abort", abort);
        current = undefined;
        outcome();
      };
      // The next caller must not meet a worker that still runs: it is ended before its invocation is.
      const kill = (outcome: () => void) => {
        clearTimeout(timer);
        void terminate().then(() => settle(outcome));
        current = undefined;
      };
      const abort = () => kill(() => reject(caller.signal.reason));
      caller.signal.addEventListener("abort", abort, { once: true });
      current = {
        invocation,
        caller,
        end: (answer) => settle(() => resolve(answer)),
        limit: (ms, answer) => {
          clearTimeout(timer);
          timer = setTimeout(() => kill(() => resolve(answer())), ms);
        },
      };
      current.limit(MAX_INIT_MS, () => initTimedOut(invocation.requestId, MAX_INIT_MS));
      worker.postMessage(invocation);
    });
  }

  const watch = () => {
    const watched = current;
    const before = worker.performance.eventLoopUtilization();
    return () => {
      const now = worker.performance.eventLoopUtilization();
      // One that is still being loaded has no event loop yet, and one that has gone on to the next was not stuck.
      if (now.active === 0 || current !== watched) return 1;
      return worker.performance.eventLoopUtilization(now, before).utilization;
    };
  };

  return { invoke, isUsable: () => isUsable, terminate, watch };
}
