import type { output } from "zod/v4/core";
import type { RetryPolicy } from "../errors.js";
import type { RouteValues } from "../payload.js";
import type { AnyStep, Schema } from "../step.js";
import type { CertainRoutes, Condition, Routes, RouteValue } from "./condition.js";
import type { DistributedOptions } from "./distribution.js";
import type { FlowDefinition, TaskSettings } from "./state.js";
import type { Flat, Json } from "./types/json.js";
import type { FlowTypes } from "./types/known.js";
import type { AfterCatch, AfterChoice, AfterOneOf, AfterParallel, WritesAlone } from "./types/paths.js";
import type { ArrayPath, Follows, Satisfies } from "./types/reads.js";
import type {
  AfterCallback,
  AfterMap,
  AfterPass,
  AfterRepeat,
  AfterState,
  AfterStep,
  AfterWrites,
  Ended,
  Recovery,
  Start,
} from "./types/states.js";
import type { SchemaWrites, StepName, StepReads } from "./types/step-types.js";

/** Options of a state that runs a step. */
export interface StepStateOptions<TName extends string> extends TaskSettings {
  /** The state's name; needed where a step stands in a flow twice. Default: the step's name. */
  readonly as?: TName;
  /** Longest time of one attempt, instead of the step's own. Unit: seconds, integer, 1 to 900. */
  readonly timeoutSeconds?: number;
  /** Retry policies instead of the step's own; those of the table of errors stay. */
  readonly retry?: readonly RetryPolicy[];
}

/** Options of a callback state. */
export interface CallbackOptions<TName extends string, TResult extends Schema> {
  readonly as?: TName;
  /** How long to wait for the token to come back. Unit: seconds, integer, 1 to 99,999,999. */
  readonly timeoutSeconds: number;
  /** Longest silence between heartbeats. Unit: seconds. Default: none are expected. */
  readonly heartbeatSeconds?: number;
  /** What the callback returns that Choice states read: an object schema of small values. Data belongs in the sidecar. */
  readonly result?: TResult;
}

/** One way of a choice. */
export interface ChoiceCase<T extends FlowTypes> {
  readonly when: (route: Routes<T["route"]>) => Condition;
  readonly run: (branch: Flow<Start<T>>) => FlowDefinition;
}

/** What is known at the end of a flow. */
type KnownOf<TFlow> = TFlow extends Flow<infer T> ? T : never;

/** What is known at the end of each way. */
type PathsOf<TCases extends readonly unknown[]> = {
  readonly [I in keyof TCases]: TCases[I] extends { readonly run: (...branch: never) => infer TEnd }
    ? KnownOf<TEnd>
    : never;
};

/** A number or time: fixed, or read from the route. */
export type FixedOrRouted<T extends string | number, TFlow extends FlowTypes> =
  | T
  | ((route: CertainRoutes<TFlow["route"]>) => RouteValue<T>);

declare const known: unique symbol;

/**
 * A process: steps and what happens between them. Immutable; each call returns a new flow that knows one state more.
 *
 * `T` records what the compiler knows at this point: the sidecar's document, the route values, the names in use.
 */
export interface Flow<T extends FlowTypes> extends FlowDefinition {
  /** What the compiler knows; there is no such value at run time. */
  readonly [known]?: T;

  /**
   * Runs a step. What its `schemaIn` requires has to be in the document by now.
   *
   * @throws `FlowDefinitionError` if `step` is not made by `defineStep`
   */
  step<TStep extends AnyStep, const TName extends string = StepName<TStep>>(
    step: TStep & Follows<T, TName> & Satisfies<T["document"], StepReads<TStep>, StepName<TStep>>,
    options?: StepStateOptions<TName>,
  ): Flow<AfterStep<T, TStep, TName>>;

  /** Runs branches side by side; goes on when all have ended. No two may write the same key. */
  parallel<const TPaths extends readonly FlowTypes[]>(
    ...branches: { [I in keyof TPaths]: (branch: Flow<Start<T>>) => Flow<TPaths[I]> & WritesAlone<TPaths, I> }
  ): Flow<AfterParallel<T, TPaths>>;

  /** Takes the first case whose condition holds, else `otherwise`; without one, goes straight on. */
  choice<
    const TCases extends readonly ChoiceCase<T>[],
    TOtherwise extends FlowTypes = Start<T>,
    const TName extends string = never,
  >(options: {
    readonly as?: TName;
    readonly cases: TCases;
    readonly otherwise?: (branch: Flow<Start<T>>) => Flow<TOtherwise>;
  }): Flow<AfterChoice<T, AfterOneOf<PathsOf<TCases>, TOtherwise>, TName>>;

  /**
   * Runs `body` once for each item of an array in the sidecar; a step inside finds its item's index in `context.item`,
   * and the output of each lies in an array, in the items' order. Where items may fail, or take ways that do not write
   * the output, the array holds `null` in their place.
   *
   * The machine cannot look into S3: the step that writes the array counts its items, or a route value says how many
   * there are.
   */
  map<TItem extends FlowTypes, const TName extends string = never, TTolerated extends number = never>(
    options: {
      readonly as?: TName;
      /** Where the array is: `"lines"`, or `"order-output.lines"`. */
      readonly over: ArrayPath<T["document"]>;
      /**
       * How many items it has. Default: the step of this flow that writes the array counts them. An array of the
       * process's input has no such step: it needs a count.
       */
      readonly count?: (route: CertainRoutes<T["route"]>) => RouteValue<number>;
      /**
       * Items worked on at once, 0 to 1,000; 0 leaves it to Step Functions, which takes 40. In a distributed map: of each
       * batch. Default: 0.
       */
      readonly maxConcurrency?: number;
      /** Shares the items out to child executions, for thousands of them. Needs the layout `parts`. */
      readonly distributed?: DistributedOptions<TTolerated>;
    },
    body: (item: Flow<Start<T>>) => Flow<TItem>,
  ): Flow<AfterMap<T, TItem, TName, [TTolerated] extends [never] ? never : null>>;

  /** Runs `body` until the condition holds after a round; fails with `RepeatLimitError` when `maxRounds` are over. */
  repeat<TEnd extends FlowDefinition, const TName extends string = never>(
    body: (round: Flow<Start<T>>) => TEnd,
    options: {
      readonly as?: TName;
      readonly until: (route: Routes<KnownOf<TEnd>["route"]>) => Condition;
      /** Integer, 1 to 10,000. */
      readonly maxRounds: number;
      /** Pause between rounds. Unit: seconds, integer ≥ 0. Default: 0. */
      readonly pauseSeconds?: number;
    },
  ): Flow<AfterRepeat<T, KnownOf<TEnd>, TName>>;

  /** Waits for a time, or until one (ISO 8601). */
  wait<const TName extends string = never>(
    options:
      | { readonly as?: TName; readonly seconds: FixedOrRouted<number, T> }
      | { readonly as?: TName; readonly until: FixedOrRouted<string, T> },
  ): Flow<AfterState<T, TName>>;

  /**
   * Starts another flow's machine on the same sidecar. With `wait`, goes on when it has succeeded, and what it wrote is
   * in the document; without, goes on at once.
   */
  start<TStarted extends FlowTypes, const TWait extends boolean = false, const TName extends string = never>(
    flow: Flow<TStarted> & Satisfies<T["document"], InputDocument<TStarted>, "the started flow">,
    options?: {
      readonly as?: TName;
      readonly wait?: TWait;
      /** How long to wait for it. Unit: seconds. Default: 60 to start it, a day for its end. */
      readonly timeoutSeconds?: number;
    },
  ): Flow<
    TWait extends true
      ? AfterWrites<T, TName, Pick<TStarted["document"], TStarted["writes"] & keyof TStarted["document"]>>
      : AfterState<T, TName>
  >;

  /**
   * Runs a step that hands `context.taskToken` to an outside party, then waits until that party ends the state with
   * `SendTaskSuccess` or `SendTaskFailure`.
   */
  callback<TStep extends AnyStep, TResult extends Schema, const TName extends string = StepName<TStep>>(
    step: TStep & Follows<T, TName> & Satisfies<T["document"], StepReads<TStep>, StepName<TStep>>,
    options: CallbackOptions<TName, TResult>,
  ): Flow<AfterCallback<T, TStep, TName, Schema extends TResult ? Record<never, never> : Json<output<TResult>>>>;

  /** If the last state fails with one of these errors, after its retries, runs `recovery`; then the flow goes on. */
  catch<TRecovery extends FlowTypes>(
    errors: readonly [string, ...string[]],
    recovery: (branch: Flow<Recovery<T>>) => Flow<TRecovery>,
  ): Flow<AfterCatch<T, TRecovery>>;

  /** Sets route values, without a Lambda. */
  pass<const TName extends string, const TRoute extends RouteValues = Record<never, never>>(
    name: TName & Follows<T, TName>,
    options?: { readonly route?: TRoute },
  ): Flow<AfterPass<T, TName, TRoute>>;

  /** Ends the process here as a success. */
  succeed<const TName extends string = never>(options?: { readonly as?: TName }): Flow<Ended<T, TName>>;

  /** Ends the process here as a failure. */
  fail<const TName extends string = never>(options: {
    readonly as?: TName;
    readonly error: string;
    readonly cause?: string;
  }): Flow<Ended<T, TName>>;

  /** A state written by hand in ASL. `Next` is filled in where the state has neither `Next` nor `End`. */
  state<const TName extends string, TWrites extends Schema | undefined = undefined>(
    name: TName & Follows<T, TName>,
    asl: Readonly<Record<string, unknown>>,
    options?: { readonly writes?: TWrites },
  ): Flow<AfterWrites<T, TName, SchemaWrites<TWrites>>>;
}

type InputDocument<T extends FlowTypes> = Omit<T["document"], T["writes"]>;

/** The sidecar's document after the flow, as JSON. */
export type DocumentOf<TFlow extends FlowDefinition> = Flat<KnownOf<TFlow>["document"]>;

/** What a flow is started with, as JSON. Of a flow that the compiler knows nothing of: any object. */
export type InputOf<TFlow extends FlowDefinition> =
  TFlow extends Flow<infer T> ? Flat<InputDocument<T>> : Readonly<Record<string, unknown>>;
