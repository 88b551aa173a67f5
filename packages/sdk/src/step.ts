import type { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { $ZodType, input, output } from "zod/v4/core";
import type { RetryPolicy } from "./errors.js";
import type { StatePayload } from "./payload.js";

/** Any schema of zod 4 or zod/mini. */
export type Schema = $ZodType;

/** Small values that a step exposes to Choice states. At most 1,024 bytes of JSON a step. */
export type RouteValues = Readonly<Record<string, string | number | boolean | null>>;

/** The part of Lambda's context object that a step uses. */
export interface LambdaContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis?(): number;
}

/** Structured log lines, one JSON object each. Never pass process data. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What `fn` gets beside its data. */
export interface StepContext {
  /** The transaction's id: the sidecar's key. */
  readonly txnId: string;
  /** The step's name. */
  readonly step: string;
  /** Which attempt of the state this is, counted from 1. */
  readonly attempt: number;
  /** Index of the item this invocation works on, counted from 0; `undefined` outside a Map. */
  readonly item: number | undefined;
  /** Token with which an outside party ends a callback state; `undefined` in every other state. */
  readonly taskToken: string | undefined;
  /** Aborts shortly before the Lambda's deadline. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * Starts another state machine, once: the execution is named after the transaction and this step, so that a retry,
   * a replay and a redrive find it instead of starting another. A Map item and each further round of a loop start one
   * of their own; a round is told by its predecessor's commit, which takes a payload with `sfs3`.
   *
   * @param stateMachineArn the machine to start
   * @param payload its input; by default the state payload of this step, so that both share the sidecar
   * @returns the execution's ARN, the same on every retry
   */
  startExecution(stateMachineArn: string, payload?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The event and the Lambda context as they came. */
  readonly raw: { readonly event: unknown; readonly lambda: LambdaContext | undefined };
}

/** The author's part of a step: parsed input in, output out. */
export type StepFunction<TIn extends Schema, TOut extends Schema> = (
  data: output<TIn>,
  context: StepContext,
) => input<TOut> | Promise<input<TOut>>;

/** AWS clients to use instead of those that the SDK makes; for tests. */
export interface StepClients {
  readonly s3?: S3Client;
  readonly iot?: IoTDataPlaneClient;
  readonly sfn?: SFNClient;
}

/** What a step is made of, for inference: one record instead of many type parameters. */
export interface StepShape {
  readonly name: string;
  readonly outputKey: string;
  readonly schemaIn: Schema;
  readonly schemaOut: Schema;
  readonly route: RouteValues;
}

/** Options of {@link defineStep}. The type parameters stand alone because inference does not reach into a record. */
export interface StepOptions<
  TOut extends Schema = Schema,
  TName extends string = string,
  TKey extends string = string,
  TRoute extends RouteValues = RouteValues,
> {
  /** The step's name, `[A-Za-z0-9_-]{1,64}`; names its state, its progress topic and its journal entry. */
  readonly name: TName;
  /** Key of the output in the sidecar. Default: `<name>-output`. */
  readonly outputKey?: TKey;
  /**
   * Read predicate: whether the sidecar holds what the step needs.
   * Default: each required top-level key of `schemaIn` is present.
   */
  readonly ready?: (document: Readonly<Record<string, unknown>>) => boolean;
  /** Values for Choice states, taken from the output; at most 1,024 bytes of JSON. */
  readonly route?: (output: output<TOut>) => TRoute;
  /**
   * Longest time that one attempt may take before Step Functions fails it with `States.Timeout`.
   *
   * Unit: seconds, integer, 1 to 900 (Lambda's limit). Default: 60.
   */
  readonly timeoutSeconds?: number;
  /** Retry policies of the state, before those that the step's own errors deserve. */
  readonly retry?: readonly RetryPolicy[];
  /**
   * What the step publishes: `progress` messages (default), `terminal`: progress and the process's end as well, for a
   * last step in a hand-written machine, or `none`.
   */
  readonly notify?: "progress" | "terminal" | "none";
  /** Encryption of the sidecar at rest. Default: `AES256`. */
  readonly sse?: "AES256" | { readonly algorithm: "aws:kms"; readonly keyId: string };
  readonly clients?: StepClients;
}

/** A step: the Lambda handler itself, carrying what the generator reads. */
export interface Step<T extends StepShape = StepShape> {
  (event: unknown, lambda?: LambdaContext): Promise<StatePayload>;
  readonly schemaIn: T["schemaIn"];
  readonly schemaOut: T["schemaOut"];
  readonly fn: StepFunction<T["schemaIn"], T["schemaOut"]>;
  readonly options: StepOptions<T["schemaOut"], T["name"], T["outputKey"], T["route"]> & {
    readonly outputKey: T["outputKey"];
  };
}

/** Any step, whatever its schemas. */
// biome-ignore lint/suspicious/noExplicitAny: fn's parameter is contravariant; only any accepts every step
export type AnyStep = Step<any>;
