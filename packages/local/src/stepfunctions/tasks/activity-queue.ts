import type { Clock, TaskRequest } from "../../asl/index.js";
import { StepFunctionsError } from "../service-error.js";

/** What a worker gets: a task, or null when none came in time. */
export interface PolledTask {
  readonly taskToken: string | null;
  /** JSON text. */
  readonly input?: string;
}

/** The tasks of one activity that wait for a worker, and the workers that wait for a task. */
export interface ActivityQueue {
  add(task: TaskRequest): void;
  poll(workerName: string | undefined, signal: AbortSignal | undefined): Promise<PolledTask>;
}

/** How long a worker waits. Source: API reference of GetActivityTask. */
const POLL_MS = 60_000;
/** Workers that poll one activity. Source: Step Functions quotas. */
const MAX_POLLERS = 1_000;

interface Worker {
  readonly name: string | undefined;
  answer(task: PolledTask): void;
}

const NO_TASK: PolledTask = { taskToken: null };

export function createActivityQueue(clock: Clock): ActivityQueue {
  const tasks = new Set<TaskRequest>();
  const workers = new Set<Worker>();

  const handOver = () => {
    const [task] = tasks;
    const [worker] = workers;
    if (task === undefined || worker === undefined) return;
    tasks.delete(task);
    workers.delete(worker);
    task.taken(worker.name);
    worker.answer({ taskToken: task.taskToken ?? null, input: JSON.stringify(task.arguments) });
  };

  return {
    add: (task) => {
      tasks.add(task);
      task.signal.addEventListener("abort", () => tasks.delete(task), { once: true });
      handOver();
    },
    poll: (name, signal) => {
      if (workers.size >= MAX_POLLERS) {
        throw new StepFunctionsError("ActivityWorkerLimitExceeded", "Too many workers poll this activity");
      }
      return new Promise<PolledTask>((resolve) => {
        const answer = (task: PolledTask) => {
          cancel();
          signal?.removeEventListener("abort", leave);
          resolve(task);
        };
        const worker: Worker = { name, answer };
        const leave = () => {
          if (workers.delete(worker)) answer(NO_TASK);
        };
        const cancel = clock.after(POLL_MS, leave);
        signal?.addEventListener("abort", leave, { once: true });
        workers.add(worker);
        if (signal?.aborted) leave();
        else handOver();
      });
    },
  };
}
