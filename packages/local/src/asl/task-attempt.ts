import { linkedAbort } from "./abort.js";
import type { Clock } from "./clock.js";
import { asStateFailure, dataLimitExceeded, StateFailure } from "./errors.js";
import { stateContext } from "./evaluation.js";
import { exceedsPayloadLimit, type Json } from "./json.js";
import type { StateEntry } from "./state.js";
import { type TaskEvents, taskEvents } from "./task-events.js";
import type { TaskAttempt } from "./task-resource.js";

/** Has the task's work done once, within its deadlines, and writes down what happened. */
export async function attemptTask(entry: StateEntry, attempt: TaskAttempt): Promise<Json> {
  const { line } = entry;
  line.signal.throwIfAborted();
  const events = taskEvents(line, attempt);
  events.scheduled();
  events.started();
  try {
    // Whoever hears of the task's start may stop it, and a signal that was aborted before never says so again.
    line.signal.throwIfAborted();
    const result = await withinDeadlines(entry, attempt, events);
    const text = JSON.stringify(result);
    if (exceedsPayloadLimit(text)) throw dataLimitExceeded(attempt.arn, true);
    events.succeeded(text);
    return result;
  } catch (thrown) {
    if (line.signal.aborted) throw line.signal.reason;
    const failure = asStateFailure(thrown);
    events.failed(failure);
    throw failure;
  }
}

const timedOut = () => new StateFailure("States.Timeout", undefined);

// AWS reports a missed heartbeat as States.Timeout and lets ErrorEquals name it more exactly.
const heartbeatMissed = () => new StateFailure("States.Timeout", undefined, { alsoKnownAs: "States.HeartbeatTimeout" });

interface Deadlines {
  start(): void;
  restartHeartbeat(): void;
  cancel(): void;
}

function deadlinesOf(attempt: TaskAttempt, clock: Clock, abort: (failure: StateFailure) => void): Deadlines {
  const deadline = (seconds: number | undefined, failure: () => StateFailure) =>
    seconds === undefined ? undefined : clock.after(seconds * 1_000, () => abort(failure()));
  let cancelTimeout: (() => void) | undefined;
  let cancelHeartbeat: (() => void) | undefined;
  const restartHeartbeat = () => {
    cancelHeartbeat?.();
    cancelHeartbeat = deadline(attempt.heartbeatSeconds, heartbeatMissed);
  };
  return {
    start: () => {
      cancelTimeout = deadline(attempt.timeoutSeconds, timedOut);
      restartHeartbeat();
    },
    restartHeartbeat,
    cancel: () => {
      cancelTimeout?.();
      cancelHeartbeat?.();
    },
  };
}

function withinDeadlines(entry: StateEntry, attempt: TaskAttempt, events: TaskEvents): Promise<Json> {
  const { line } = entry;
  const { resource, arguments: args } = attempt;
  const abort = linkedAbort(line.signal);
  const deadlines = deadlinesOf(attempt, line.run.clock, abort.abort);
  // The time that an activity's task waits for a worker does not count.
  if (resource.events !== "Activity") deadlines.start();
  // What a runner says after its task has ended concerns nobody.
  let open = true;
  const isHeard = () => open && !abort.signal.aborted;
  // A runner that ignores the signal must not hold the execution back.
  const aborted = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener("abort", () => reject(abort.signal.reason), { once: true });
  });
  const { name: stateName, taskToken } = entry;
  const work = resource.run({
    arguments: args,
    signal: abort.signal,
    taskToken,
    stateName,
    context: stateContext(entry),
    heartbeat: () => open && deadlines.restartHeartbeat(),
    taken: (workerName) => {
      if (!isHeard()) return;
      events.taken(workerName);
      deadlines.start();
    },
    submitted: (answer) => isHeard() && events.submitted(answer),
  });
  return Promise.race([work, aborted]).finally(() => {
    open = false;
    deadlines.cancel();
    abort.release();
  });
}
