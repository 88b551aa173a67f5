import { linkedAbort } from "./abort.js";
import { asStateFailure, dataLimitExceeded, StateFailure } from "./errors.js";
import { stateContext } from "./evaluation.js";
import { exceedsPayloadLimit, type Json } from "./json.js";
import type { StateEntry } from "./state.js";
import { taskEvents } from "./task-events.js";
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
    const result = await withinDeadlines(entry, attempt, events.submitted);
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

function withinDeadlines(
  entry: StateEntry,
  { resource, arguments: args, timeoutSeconds, heartbeatSeconds }: TaskAttempt,
  submitted: (answer: Json) => void,
): Promise<Json> {
  const { line } = entry;
  const { clock } = line.run;
  const abort = linkedAbort(line.signal);
  const deadline = (seconds: number | undefined, failure: () => StateFailure) =>
    seconds === undefined ? undefined : clock.after(seconds * 1_000, () => abort.abort(failure()));
  const cancelTimeout = deadline(timeoutSeconds, timedOut);
  let cancelHeartbeat = deadline(heartbeatSeconds, heartbeatMissed);
  // What a runner says after its task has ended concerns nobody.
  let open = true;
  const heartbeat = () => {
    if (!open) return;
    cancelHeartbeat?.();
    cancelHeartbeat = deadline(heartbeatSeconds, heartbeatMissed);
  };
  // A runner that ignores the signal must not hold the execution back.
  const aborted = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener("abort", () => reject(abort.signal.reason), { once: true });
  });
  const { name: stateName, taskToken } = entry;
  const context = stateContext(entry);
  const work = resource.run({
    arguments: args,
    signal: abort.signal,
    taskToken,
    stateName,
    context,
    heartbeat,
    submitted: (answer) => open && !abort.signal.aborted && submitted(answer),
  });
  return Promise.race([work, aborted]).finally(() => {
    open = false;
    cancelTimeout?.();
    cancelHeartbeat?.();
    abort.release();
  });
}
