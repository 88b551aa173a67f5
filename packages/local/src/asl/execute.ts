import { linkedAbort } from "./abort.js";
import { type Clock, systemClock } from "./clock.js";
import type { StateMachine } from "./compile.js";
import type { ExecutionContext } from "./context-object.js";
import { asStateFailure, dataLimitExceeded } from "./errors.js";
import { createHistory, type EventDetails, type HistoryEvent, MAX_EVENTS, WHOLE } from "./history.js";
import { exceedsPayloadLimit, type Json } from "./json.js";
import { runSequence } from "./run-sequence.js";
import { type Line, record } from "./state.js";
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
  /** An upper bound beside the machine's own `TimeoutSeconds`. Unit: seconds. */
  readonly timeoutSeconds?: number;
  /** The history so far of an execution that is redriven. */
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
  const abort = linkedAbort(options.signal);
  const line = mainLine(options, clock, abort.signal);
  const { timeoutSeconds } = machine;
  const cancelTimeout =
    timeoutSeconds === undefined
      ? undefined
      : clock.after(timeoutSeconds * 1_000, () => abort.abort(EXECUTION_TIMED_OUT));
  const input = JSON.stringify(options.input);
  const { RoleArn: roleArn } = options.context.Execution;
  line.run.history.record("ExecutionStarted", 0, { input, inputDetails: WHOLE, roleArn });
  try {
    if (exceedsPayloadLimit(input)) throw dataLimitExceeded(machine.startAt, false);
    const output = await runSequence(machine, line, options.input);
    record(line, "ExecutionSucceeded", { output: JSON.stringify(output), outputDetails: WHOLE });
    return { status: "SUCCEEDED", output };
  } catch (thrown) {
    return recordEnd(line, endOf(thrown, abort.signal));
  } finally {
    cancelTimeout?.();
    abort.release();
  }
}

function mainLine(options: ExecuteOptions, clock: Clock, signal: AbortSignal): Line {
  const { onEvent, maxEvents = MAX_EVENTS } = options;
  return {
    run: {
      history: createHistory({ now: () => clock.now(), maxEvents, onEvent }),
      clock,
      random: options.random ?? Math.random,
      newTaskToken: options.newTaskToken ?? (() => crypto.randomUUID()),
      context: options.context,
    },
    signal,
    variables: rootVariables(),
    mapItem: undefined,
    lastEventId: 0,
  };
}

type UnhappyOutcome = Exclude<ExecutionOutcome, { status: "SUCCEEDED" }>;

function endOf(thrown: unknown, signal: AbortSignal): UnhappyOutcome {
  if (!signal.aborted) {
    const { error, cause } = asStateFailure(thrown);
    return { status: "FAILED", ...withoutUndefined({ error, cause }) };
  }
  const { reason } = signal;
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
