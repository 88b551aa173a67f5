import { type Abort, abortOf } from "./abort.js";
import { type Clock, systemClock } from "./clock.js";
import type { StateMachine } from "./compile.js";
import type { ExecutionContext } from "./context-object.js";
import { asStateFailure, dataLimitExceeded } from "./errors.js";
import { createHistory, type EventDetails, type HistoryEvent, MAX_EVENTS, WHOLE } from "./history.js";
import { exceedsPayloadLimit, type Json } from "./json.js";
import { resumptionOf } from "./resumption.js";
import { runSequence } from "./run-sequence.js";
import { type Line, record, textOf } from "./state.js";
import { rootVariables } from "./variables.js";

/** How an execution ended. */
export type ExecutionOutcome =
  | { readonly status: "SUCCEEDED"; readonly output: Json }
  | { readonly status: "FAILED" | "TIMED_OUT" | "ABORTED"; readonly error?: string; readonly cause?: string };

export interface ExecuteOptions {
  readonly input: Json;
  readonly context: ExecutionContext;
  /** Default: the system's time. */
  readonly clock?: Clock;
  /** Uniform in [0, 1); jitter and `$random` draw from it. Default: `Math.random`. */
  readonly random?: () => number;
  readonly newTaskToken?: () => string;
  /** Stops the execution; its reason may be an {@link ExecutionStopped} with error and cause. */
  readonly signal?: AbortSignal;
  /** Every event, as it happens. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Default: 25,000, AWS's quota. */
  readonly maxEvents?: number;
  /** The longest that it may take, beside the machine's own `TimeoutSeconds`. Unit: seconds. Default: no limit. */
  readonly timeoutSeconds?: number;
  /** The history so far of an execution that is redriven: it goes on where it had come to, and its events are counted on. */
  readonly resume?: readonly HistoryEvent[];
}

/** Reason for stopping an execution from outside. */
export class ExecutionStopped extends Error {
  override readonly name = "ExecutionStopped";
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(error?: string, cause?: string) {
    super("the execution was stopped");
    this.error = error;
    this.cause = cause;
  }
}

const EXECUTION_TIMED_OUT = Symbol("execution timed out");

/** Runs a machine once. Never rejects: a failure is an outcome. */
export async function execute(machine: StateMachine, options: ExecuteOptions): Promise<ExecutionOutcome> {
  const clock = options.clock ?? systemClock;
  const { abort, release } = abortOf(options.signal);
  const line = mainLine(options, clock, abort);
  const cancelTimeout = startTimeout(
    clock,
    abort,
    Math.min(machine.timeoutSeconds ?? Infinity, options.timeoutSeconds ?? Infinity),
  );
  const input = textOf(line, options.input);
  recordStart(line, options, input);
  try {
    if (exceedsPayloadLimit(input)) throw dataLimitExceeded(machine.startAt, false);
    const output = await runSequence(machine, line, options.input);
    record(line, "ExecutionSucceeded", { output: textOf(line, output), outputDetails: WHOLE });
    return { status: "SUCCEEDED", output };
  } catch (thrown) {
    return recordEnd(line, endOf(thrown, abort));
  } finally {
    cancelTimeout();
    release();
  }
}

function startTimeout(clock: Clock, abort: Abort, seconds: number): () => void {
  if (seconds === Number.POSITIVE_INFINITY) return () => {};
  return clock.after(seconds * 1_000, () => abort.abort(EXECUTION_TIMED_OUT));
}

function recordStart(line: Line, { context, resume }: ExecuteOptions, input: string): void {
  const { RoleArn: roleArn, RedriveCount: redriveCount } = context.Execution;
  const { history } = line.run;
  // No state hangs on these: the first one names no event before it, and those of a redrive name their own last ones.
  if (resume === undefined) history.record("ExecutionStarted", 0, { input, inputDetails: WHOLE, roleArn });
  else history.record("ExecutionRedriven", resume.at(-1)?.id ?? 0, { redriveCount });
}

function mainLine(options: ExecuteOptions, clock: Clock, abort: Abort): Line {
  const { onEvent, maxEvents = MAX_EVENTS, resume } = options;
  const resumption = resume && resumptionOf(resume);
  return {
    run: {
      history: createHistory({ now: () => clock.now(), maxEvents, lastId: resume?.at(-1)?.id ?? 0, onEvent }),
      clock,
      random: options.random ?? Math.random,
      newTaskToken: options.newTaskToken ?? (() => crypto.randomUUID()),
      context: options.context,
    },
    abort,
    variables: rootVariables(resumption?.variables),
    mapItem: undefined,
    resumption,
    lastEventId: resumption?.lastEventId ?? 0,
    lastText: undefined,
  };
}

type UnhappyOutcome = Exclude<ExecutionOutcome, { status: "SUCCEEDED" }>;

function endOf(thrown: unknown, abort: Abort): UnhappyOutcome {
  if (!abort.aborted) {
    const { error, cause } = asStateFailure(thrown);
    return { status: "FAILED", ...withoutUndefined({ error, cause }) };
  }
  const { reason } = abort;
  if (reason === EXECUTION_TIMED_OUT) return { status: "TIMED_OUT" };
  if (!(reason instanceof ExecutionStopped)) return { status: "ABORTED" };
  return { status: "ABORTED", ...withoutUndefined({ error: reason.error, cause: reason.cause }) };
}

const END_EVENTS = {
  FAILED: "ExecutionFailed",
  TIMED_OUT: "ExecutionTimedOut",
  ABORTED: "ExecutionAborted",
} as const;

function recordEnd(line: Line, outcome: UnhappyOutcome): UnhappyOutcome {
  const { status, ...details } = outcome;
  record(line, END_EVENTS[status], details satisfies EventDetails);
  return outcome;
}

function withoutUndefined(fields: { error: string | undefined; cause: string | undefined }) {
  const { error, cause } = fields;
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
