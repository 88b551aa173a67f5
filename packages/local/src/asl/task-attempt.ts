import { Abort } from "./abort.js";
import { asStateFailure, dataLimitExceeded, StateFailure } from "./errors.js";
import { stateContext } from "./evaluation.js";
import { exceedsPayloadLimit, type Json, type JsonObject } from "./json.js";
import { type StateEntry, textOf } from "./state.js";
import { TASK_EVENTS } from "./task-events.js";
import type { TaskAttempt, TaskRequest } from "./task-resource.js";

/** Has the task's work done once, within its deadlines, and writes down what happened. */
export async function attemptTask(entry: StateEntry, attempt: TaskAttempt): Promise<Json> {
  const { line } = entry;
  line.abort.throwIfAborted();
  const events = TASK_EVENTS[attempt.resource.events];
  events.scheduled(line, attempt);
  events.started(line, attempt);
  try {
    // Whoever hears of the task's start may stop it.
    line.abort.throwIfAborted();
    const result = await doneInTime(entry, attempt);
    const text = textOf(line, result);
    if (exceedsPayloadLimit(text)) throw dataLimitExceeded(attempt.arn, true);
    events.succeeded(line, attempt, text);
    return result;
  } catch (thrown) {
    line.abort.throwIfAborted();
    const failure = asStateFailure(thrown);
    events.failed(line, attempt, failure);
    throw failure;
  }
}

function doneInTime(entry: StateEntry, attempt: TaskAttempt): Promise<Json> {
  return new Promise((resolve, reject) => {
    const request = new OpenRequest(entry, attempt, reject);
    attempt.resource.run(request).then(
      (result) => {
        request.close();
        resolve(result);
      },
      (reason: unknown) => {
        request.close();
        reject(reason);
      },
    );
  });
}

const timedOut = () => new StateFailure("States.Timeout", undefined);

// AWS reports a missed heartbeat as States.Timeout and lets ErrorEquals name it more exactly.
const heartbeatMissed = () => new StateFailure("States.Timeout", undefined, { alsoKnownAs: "States.HeartbeatTimeout" });

/** One attempt's conversation with its runner. What a runner says after its end concerns nobody. */
class OpenRequest implements TaskRequest {
  readonly #entry: StateEntry;
  readonly #attempt: TaskAttempt;
  readonly #abort = new Abort();
  readonly #end: (reason: unknown) => void;
  #cancelTimeout: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  #open = true;

  /** @param reject hears of a deadline or an abort, so that a runner which ignores its signal holds nothing back */
  constructor(entry: StateEntry, attempt: TaskAttempt, reject: (reason: unknown) => void) {
    this.#entry = entry;
    this.#attempt = attempt;
    this.#end = (reason) => {
      this.close();
      this.#abort.abort(reason);
      reject(reason);
    };
    entry.line.abort.onAbort(this.#end);
    // The time that an activity's task waits for a worker does not count.
    if (attempt.resource.events !== "Activity") this.#startDeadlines();
  }

  get arguments(): Json {
    return this.#attempt.arguments;
  }
  get signal(): AbortSignal {
    return this.#abort.signal;
  }
  get taskToken(): string | undefined {
    return this.#entry.taskToken;
  }
  get stateName(): string {
    return this.#entry.name;
  }
  get context(): JsonObject {
    return stateContext(this.#entry);
  }

  readonly heartbeat = () => {
    if (this.#open) this.#startHeartbeat();
  };

  readonly taken = (workerName: string | undefined) => {
    if (!this.#open) return;
    this.#events.taken(this.#entry.line, this.#attempt, workerName);
    this.#startDeadlines();
  };

  readonly submitted = (answer: Json) => {
    if (this.#open) this.#events.submitted(this.#entry.line, this.#attempt, answer);
  };

  close(): void {
    this.#open = false;
    this.#cancelTimeout?.();
    this.#cancelHeartbeat?.();
    this.#entry.line.abort.offAbort(this.#end);
  }

  get #events() {
    return TASK_EVENTS[this.#attempt.resource.events];
  }

  #startDeadlines(): void {
    this.#cancelTimeout = this.#deadline(this.#attempt.timeoutSeconds, timedOut);
    this.#startHeartbeat();
  }

  #startHeartbeat(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#deadline(this.#attempt.heartbeatSeconds, heartbeatMissed);
  }

  #deadline(seconds: number | undefined, failure: () => StateFailure): (() => void) | undefined {
    if (seconds === undefined) return undefined;
    return this.#entry.line.run.clock.after(seconds * 1_000, () => this.#end(failure()));
  }
}
