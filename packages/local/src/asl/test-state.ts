import { type Abort, abortOf } from "./abort.js";
import { catcherIndex, catchFailure } from "./catch.js";
import type { Clock } from "./clock.js";
import { compileLoneState, type LoneState } from "./compile.js";
import type { ExecutionContext } from "./context-object.js";
import { createMapRuns } from "./distributed-map/map-run.js";
import { exceedsTolerance } from "./distributed-map/tolerated-failures.js";
import { dataLimitExceeded, StateFailure } from "./errors.js";
import { stateFailure } from "./evaluation.js";
import { type ErrorDetails, type Inspection, type Inspector, inspectorOf } from "./inspection.js";
import { itemObjects } from "./item-objects.js";
import { exceedsPayloadLimit, type Json, type JsonObject } from "./json.js";
import { retrierIndex, retryDelayMs } from "./retry.js";
import { filtered } from "./run-sequence.js";
import type { Line, Run, State, StateEntry, Transition } from "./state.js";
import type { ResolveTask, TaskResource } from "./task-resource.js";
import type { MapPlan, Trial } from "./trial.js";
import { rootVariables } from "./variables.js";

/** What is put in place of a Task's work, a Map's iterations or a Parallel's branches. */
export type Mock =
  | { readonly type: "result"; readonly result: Json }
  | { readonly type: "error"; readonly error: string | undefined; readonly cause: string | undefined };

export interface TestStateOptions extends Pick<Run, "random" | "newTaskToken"> {
  readonly state: LoneState;
  readonly resolveTask: ResolveTask;
  readonly clock: Clock;
  readonly input: Json;
  readonly variables: JsonObject;
  /** The context object that the state sees. */
  readonly context: JsonObject;
  /** Required for a Map and a Parallel, whose inner states do not run. */
  readonly mock?: Mock | undefined;
  /** How often the Retrier that takes the failure has retried already. Default: 0. */
  readonly retries?: number | undefined;
  /** What an ItemReader finds, whatever object it asks for. */
  readonly itemReaderData?: string | undefined;
  /** How many of a Map's iterations are taken to have failed. Default: 0. */
  readonly failedIterations?: number | undefined;
  /** Fails the state when it aborts, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export type TestStateOutcome = { readonly inspection: Inspection } & (
  | { readonly status: "SUCCEEDED"; readonly output: Json; readonly nextState: string | undefined }
  | ({ readonly status: "FAILED" | "RETRIABLE" } & Failure)
  | ({ readonly status: "CAUGHT_ERROR"; readonly output: Json; readonly nextState: string | undefined } & Failure)
);

interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** Longest that a state may take. Unit: milliseconds. Source: API reference of TestState, five minutes. */
const MAX_DURATION_MS = 300_000;

/**
 * Visits one state once, outside of any execution, and tells what its fields made of the data.
 *
 * Source: Developer Guide, "Testing state machines with TestState API".
 *
 * @throws InvalidDefinitionError
 */
export async function testState(options: TestStateOptions): Promise<TestStateOutcome> {
  const { definition, language } = options.state;
  const isJsonata = (definition.QueryLanguage ?? language) === "JSONata";
  const inspector = inspectorOf(definition, options.input, { isJsonata });
  const state = compileLoneState(options.state, observing(options, inspector), {
    objects: itemObjects(options.itemReaderData ?? ""),
  });
  const { abort, release } = abortAfterAll(options);
  const entry = visitOf(state, options, lineOf(options, inspector, abort));
  try {
    const outcome = await visit(state, entry, inspector);
    return { ...outcome, inspection: withVariables(inspector.inspection, entry.line) };
  } catch (thrown) {
    const outcome = await recover(state, entry, {
      failure: stateFailure(entry, thrown),
      retries: options.retries ?? 0,
    });
    const { details, ...ended } = outcome;
    const inspection = withVariables(inspector.inspection, entry.line);
    return { ...ended, inspection: details === undefined ? inspection : { ...inspection, errorDetails: details } };
  } finally {
    release();
  }
}

async function visit(state: State, entry: StateEntry, inspector: Inspector) {
  const seen = state.inputFilter === undefined ? entry : await filtered(state.inputFilter, entry);
  inspector.filtered(seen.input);
  const { output, next } = checked(state, await state.run(seen));
  return { status: "SUCCEEDED", output, nextState: next } as const;
}

function checked(state: State, transition: Transition): Transition {
  if (exceedsPayloadLimit(JSON.stringify(transition.output))) throw dataLimitExceeded(state.name, false);
  return transition;
}

interface Recovering {
  readonly failure: StateFailure;
  readonly retries: number;
}

async function recover(state: State, entry: StateEntry, { failure, retries }: Recovering) {
  const { retriers, catchers } = state.recovery;
  const { error, cause } = failure;
  const retryIndex = retrierIndex(retriers, failure);
  const retrier = retriers[retryIndex];
  if (retrier !== undefined && retries < retrier.maxAttempts) {
    const delayMs = retryDelayMs({ ...retrier, fullJitter: false }, retries, entry.line.run.random);
    const details: ErrorDetails = { retryIndex, retryBackoffIntervalSeconds: Math.round(delayMs / 1_000) };
    return { status: "RETRIABLE", error, cause, details } as const;
  }
  try {
    const caught = await catchFailure(catchers, entry, failure);
    if (caught === undefined) return failed(failure);
    const { output, next } = checked(state, caught);
    const details: ErrorDetails = { catchIndex: catcherIndex(catchers, failure) };
    return { status: "CAUGHT_ERROR", error, cause, output, nextState: next, details } as const;
  } catch (thrown) {
    return failed(stateFailure(entry, thrown));
  }
}

const failed = ({ error, cause }: StateFailure) => ({ status: "FAILED", error, cause, details: undefined }) as const;

/** The resources, whose arguments and results are written down; a mock stands in for whatever resource it is. */
function observing({ resolveTask, mock }: TestStateOptions, inspector: Inspector): ResolveTask {
  return (arn, statePath) => {
    const resource = mock === undefined ? resolveTask(arn, statePath) : standIn(arn, mock);
    if (resource === undefined) return undefined;
    return {
      ...resource,
      run: async (request) => {
        inspector.payload(request.arguments);
        const result = await resource.run(request);
        inspector.result(result);
        return result;
      },
    };
  };
}

/** What answers for a resource with the mock, whether the resource is supported or not. */
const standIn = (arn: string, mock: Mock): TaskResource => ({
  resourceType: arn.split(":")[5] ?? "",
  resource: arn.split(":").slice(6).join(":"),
  events: "Task",
  waitsForTaskToken: arn.endsWith(".waitForTaskToken"),
  run: async () => mocked(mock),
});

function mocked(mock: Mock | undefined): Json {
  if (mock === undefined) throw new Error("a Map or a Parallel is tested with a mock: its inner states do not run");
  if (mock.type === "error") throw new StateFailure(mock.error, mock.cause);
  return mock.result;
}

function trialOf(options: TestStateOptions, inspector: Inspector): Trial {
  const { context, mock, failedIterations = 0, itemReaderData } = options;
  return {
    context,
    hasItemData: itemReaderData !== undefined,
    concluded: inspector.concluded,
    branches: (input) => {
      inspector.payload(input);
      const result = mocked(mock);
      inspector.result(result);
      return result;
    },
    iterations: (plan) => {
      inspector.mapped(plan);
      const result = mocked(mock);
      if (exceeds(plan, failedIterations)) throw toleranceExceeded();
      return result;
    },
  };
}

/** Where nothing is said of failures, they are not counted. */
function exceeds({ items, tolerance }: MapPlan, failed: number): boolean {
  if (tolerance.count === undefined && tolerance.percentage === undefined) return false;
  return exceedsTolerance(tolerance, { failed, total: items?.length });
}

const toleranceExceeded = () =>
  new StateFailure("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded");

function abortAfterAll({ clock, signal }: TestStateOptions): ReturnType<typeof abortOf> {
  const { abort, release } = abortOf(signal);
  const timedOut = () => abort.abort(new StateFailure("States.Timeout", undefined, { catchable: false }));
  const cancelTimeout = clock.after(MAX_DURATION_MS, timedOut);
  return {
    abort,
    release: () => {
      release();
      cancelTimeout();
    },
  };
}

/** Nothing that the state evaluates sees it: its fields look at the trial's context object. */
const NO_EXECUTION: ExecutionContext = {
  Execution: { Id: "", Input: null, Name: "", RoleArn: "", StartTime: "", RedriveCount: 0 },
  StateMachine: { Id: "", Name: "" },
};

function lineOf(options: TestStateOptions, inspector: Inspector, abort: Abort): Line {
  const { clock, random, newTaskToken, variables } = options;
  const run: Run = {
    history: { record: () => 0 },
    clock,
    random,
    newTaskToken,
    context: NO_EXECUTION,
    mapRuns: createMapRuns(),
    trial: trialOf(options, inspector),
  };
  return {
    run,
    abort,
    variables: rootVariables(variables),
    mapItem: undefined,
    resumption: undefined,
    lastEventId: 0,
    lastText: undefined,
  };
}

const visitOf = ({ name }: State, { input, clock }: TestStateOptions, line: Line): StateEntry => ({
  line,
  name,
  rawInput: input,
  input,
  enteredAt: clock.now(),
  enteredEventId: 0,
  retryCount: undefined,
  taskToken: undefined,
  resumption: undefined,
});

function withVariables(inspection: Inspection, { variables }: Line): Inspection {
  const values = { ...variables } as JsonObject;
  return Object.keys(values).length === 0 ? inspection : { ...inspection, variables: values };
}
