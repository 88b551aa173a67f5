import type { RetryPolicy } from "../errors.js";
import type { RouteValues } from "../payload.js";
import type { Layout } from "../sidecar/layout.js";
import type { AnyStep, Schema } from "../step.js";
import type { Condition } from "./condition.js";

/** A path through the flow: what it does, state by state. */
export type Chain = readonly FlowState[];

/** What a flow is at run time, whatever the compiler knows of it: what the generator and the local stack read. */
export interface FlowDefinition {
  readonly name: string;
  readonly input: Schema;
  readonly topicRoot: string;
  /** The layout that its author chose; {@link layoutOf} says which one it has. */
  readonly layout?: Layout | undefined;
  /** Whether the failure of a state is left to Step Functions, so that a redrive resumes in it. Default: `false`. */
  readonly redrivable?: boolean | undefined;
  /** The states in order. */
  readonly states: Chain;
  /** The steps' Lambda handlers, by step name. */
  readonly handlers: Readonly<Record<string, AnyStep>>;
}

/** What happens instead of failing when a state ends with one of these errors; then the flow goes on. */
export interface Catcher {
  readonly errors: readonly string[];
  readonly recovery: Chain;
}

/** Fields of every state. `as` is the name its author chose; the generator names the others. */
interface StateBase {
  readonly as?: string | undefined;
  readonly catchers: readonly Catcher[];
}

/** How a state calls its step. */
export interface TaskSettings {
  readonly timeoutSeconds?: number | undefined;
  readonly retry?: readonly RetryPolicy[] | undefined;
}

export interface StepState extends StateBase, TaskSettings {
  readonly kind: "step";
  readonly step: AnyStep;
}

export interface CallbackState extends StateBase, TaskSettings {
  readonly kind: "callback";
  readonly step: AnyStep;
  readonly heartbeatSeconds?: number | undefined;
  /** Keys of the callback's result that Choice states may read. */
  readonly resultKeys: readonly string[];
}

export interface ParallelState extends StateBase {
  readonly kind: "parallel";
  readonly branches: readonly Chain[];
}

export interface ChoiceState extends StateBase {
  readonly kind: "choice";
  readonly cases: readonly { readonly when: Condition; readonly run: Chain }[];
  readonly otherwise: Chain;
}

export interface MapState extends StateBase {
  readonly kind: "map";
  /** Where the array stands in the sidecar: a top-level key, or a dotted path below one. */
  readonly over: string;
  /** The route value that says how many items there are, as a JSONata path; without one, the step that writes them counts. */
  readonly count: string | undefined;
  readonly maxConcurrency: number;
  /** Absent from an inline map. */
  readonly distributed: Distribution | undefined;
  readonly body: Chain;
}

/** How a distributed map shares its items out to child executions. */
export interface Distribution {
  /** Items of one child. */
  readonly batchSize: number;
  /** Children at once. */
  readonly maxConcurrency: number;
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly toleratedFailureCount?: number | undefined;
  readonly toleratedFailurePercentage?: number | undefined;
}

export interface RepeatState extends StateBase {
  readonly kind: "repeat";
  readonly body: Chain;
  readonly until: Condition;
  readonly maxRounds: number;
  readonly pauseSeconds: number;
}

/** A number or time: fixed, or read from the route as a JSONata path. */
export type Fixed<T> = { readonly fixed: T } | { readonly jsonata: string };

export interface WaitState extends StateBase {
  readonly kind: "wait";
  readonly wait: { readonly seconds: Fixed<number> } | { readonly until: Fixed<string> };
}

export interface StartState extends StateBase {
  readonly kind: "start";
  readonly flow: FlowDefinition;
  readonly wait: boolean;
  readonly timeoutSeconds?: number | undefined;
}

export interface PassState extends StateBase {
  readonly kind: "pass";
  readonly as: string;
  readonly route: RouteValues;
}

export interface SucceedState extends StateBase {
  readonly kind: "succeed";
}

export interface FailState extends StateBase {
  readonly kind: "fail";
  readonly error: string;
  readonly cause: string;
}

/** A state written by hand in ASL. */
export interface AslState extends StateBase {
  readonly kind: "state";
  readonly as: string;
  readonly asl: Readonly<Record<string, unknown>>;
  /** What it writes to the sidecar: an object schema, one property a key. */
  readonly writes?: Schema | undefined;
}

/** One state of a flow, as its author described it. */
export type FlowState =
  | StepState
  | CallbackState
  | ParallelState
  | ChoiceState
  | MapState
  | RepeatState
  | WaitState
  | StartState
  | PassState
  | SucceedState
  | FailState
  | AslState;

/** The chains inside a state, each with what it is for. */
export function innerChains(state: FlowState): readonly Chain[] {
  const recoveries = state.catchers.map((catcher) => catcher.recovery);
  switch (state.kind) {
    case "parallel":
      return [...state.branches, ...recoveries];
    case "choice":
      return [...state.cases.map((option) => option.run), state.otherwise, ...recoveries];
    case "map":
    case "repeat":
      return [state.body, ...recoveries];
    default:
      return recoveries;
  }
}

/** Every state of a chain and of the chains inside it, outer before inner, in the order of writing. */
export function* everyState(chain: Chain): Generator<FlowState> {
  for (const state of chain) {
    yield state;
    for (const inner of innerChains(state)) yield* everyState(inner);
  }
}

/** Whether a state in the chain, or in a chain inside it, sets route values under this name. */
export function exposesRoute(chain: Chain, name: string): boolean {
  for (const state of everyState(chain)) if (routeName(state) === name) return true;
  return false;
}

/** The name under which a state sets route values; `undefined` where it sets none. */
export function routeName(state: FlowState): string | undefined {
  switch (state.kind) {
    case "step":
      return state.step.options.route === undefined ? undefined : state.step.options.name;
    case "callback":
      return state.resultKeys.length === 0 ? undefined : (state.as ?? state.step.options.name);
    case "pass":
      return Object.keys(state.route).length === 0 ? undefined : state.as;
    default:
      return undefined;
  }
}
