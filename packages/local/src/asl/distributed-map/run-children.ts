import { type Abort, linkedAbort } from "../abort.js";
import type { StateMachine } from "../compile.js";
import { StateFailure } from "../errors.js";
import { ExecutionStopped } from "../execute.js";
import type { Json } from "../json.js";
import type { StateEntry } from "../state.js";
import type { ExecutionType, MapRunNames } from "./arns.js";
import { executeChild } from "./child-execution.js";
import type { NumberedInput } from "./child-inputs.js";
import { type MapRun, moveChild, placeOf } from "./map-run.js";
import type { Results } from "./results.js";
import { exceedsTolerance } from "./tolerated-failures.js";

export interface Children {
  readonly inputs: AsyncGenerator<NumberedInput>;
  /** How many run at once. */
  readonly concurrency: number;
  readonly processor: StateMachine;
  readonly type: ExecutionType;
  readonly names: MapRunNames;
  readonly run: MapRun;
  readonly results: Results;
}

/**
 * Runs the children of a Map Run and sees to their results. Those that an earlier run of it saw succeed are left alone.
 *
 * @returns the Map state's result
 * @throws StateFailure `States.ExceedToleratedFailureThreshold`, or what the dataset or the results' place failed with
 */
export async function runChildren(entry: StateEntry, children: Children): Promise<Json> {
  const { line } = entry;
  const { abort, release } = linkedAbort(line.abort);
  const progress: Progress = { entry, children, abort, allRead: false, failure: undefined };
  try {
    await Promise.all(Array.from({ length: children.concurrency }, () => runInTurn(progress)));
    if (progress.failure !== undefined) return await fail(progress, progress.failure.reason);
    const result = await children.results.finish();
    line.abort.throwIfAborted();
    return result;
  } finally {
    release();
    await children.inputs.return(undefined);
  }
}

interface Progress {
  readonly entry: StateEntry;
  readonly children: Children;
  readonly abort: Abort;
  /** Whether the dataset has come to its end. */
  allRead: boolean;
  failure: { readonly reason: unknown } | undefined;
}

/** Takes one input after the other, as long as there are any and none may stop the run. */
async function runInTurn(progress: Progress): Promise<void> {
  const { children, abort } = progress;
  try {
    while (progress.failure === undefined && !abort.aborted) {
      const next = await children.inputs.next();
      if (next.done === true) progress.allRead = true;
      else await runNext(progress, next.value);
      checkTolerance(progress);
      if (progress.allRead) return;
    }
  } catch (reason) {
    stop(progress, reason);
  }
}

async function runNext(progress: Progress, { index, input, itemCount }: NumberedInput): Promise<void> {
  const { entry, abort } = progress;
  const { run, results, processor, type, names } = progress.children;
  moveChild(run, itemCount, { to: run.succeeded.has(index) ? "succeeded" : "pending" });
  if (run.succeeded.has(index)) return;
  if (progress.failure !== undefined || abort.aborted) return results.pending(input);
  moveChild(run, itemCount, { from: "pending", to: "running" });
  const child = await executeChild(entry, { processor, type, names, input, signal: abort.signal });
  moveChild(run, itemCount, { from: "running", to: placeOf(child.outcome.status) });
  await results.ended(child, index);
  run.executions.resultsWritten += 1;
  run.items.resultsWritten += itemCount;
}

function checkTolerance(progress: Progress): void {
  const { run } = progress.children;
  const failed = run.items.failed + run.items.timedOut;
  const total = progress.allRead ? run.items.total : undefined;
  if (progress.failure !== undefined || !exceedsTolerance(run.tolerance, { failed, total })) return;
  stop(
    progress,
    new StateFailure(
      "States.ExceedToleratedFailureThreshold",
      "The specified tolerated failure threshold was exceeded",
    ),
  );
}

/** Starts no more children. Express ones that are under way go on to their end, as nothing can stop them. */
function stop(progress: Progress, reason: unknown): void {
  progress.failure ??= { reason };
  if (progress.children.type === "STANDARD") progress.abort.abort(new ExecutionStopped());
}

/** Tells of what has ended all the same, and of what no child will start on. */
async function fail({ entry, children }: Progress, reason: unknown): Promise<never> {
  try {
    if (!entry.line.abort.aborted) await leavePending(children);
    await children.results.finish();
  } catch {
    // The run has failed already, and that is what is told.
  }
  throw reason;
}

async function leavePending({ inputs, run, results }: Children): Promise<void> {
  for await (const { input, itemCount } of inputs) {
    moveChild(run, itemCount, { to: "pending" });
    await results.pending(input);
  }
}
