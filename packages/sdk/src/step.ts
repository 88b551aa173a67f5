import type { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { $ZodType, input, output } from "zod/v4/core";
import type { RetryPolicy } from "./errors.js";
import type { RouteValues, StatePayload } from "./payload.js";

/** Any schema of zod 4 or zod/mini. */
export type Schema = $ZodType;

/**
 * The part of Lambda's context object that a step uses.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda context object to retrieve Node.js function information".
 */
export interface LambdaContext {
  /** Stands on each log line. */
  readonly awsRequestId?: string;
  /** Unit: milliseconds. Where it is absent an invocation has 30 s. */
  getRemainingTimeInMillis?(): number;
}

/**
 * Structured log lines, one JSON object each, on standard output: level, message, time, step, transaction, attempt,
 * request, and the fields given. Never pass process data.
 *
 * The environment variable `LOG_LEVEL` lets through its own level and above: `TRACE`, `DEBUG`, `INFO` (default), `WARN`,
 * `ERROR` or `FATAL`, Lambda's six.
 */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * What `fn` gets beside its data.
 *
 * @example
 * ```ts
 * import { defineStep } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * export const quote = defineStep(
 *   z.object({ url: z.url() }),
 *   z.object({ cents: z.number() }),
 *   async ({ url }, { signal, log, attempt }) => {
 *     log.info("asking for a quote", { attempt });
 *     const response = await fetch(url, { signal });
 *     return { cents: Number(await response.text()) };
 *   },
 *   { name: "quote" },
 * );
 * ```
 */
export interface StepContext {
  /** The transaction's id: the sidecar's key, `[A-Za-z0-9_-]{1,64}`. */
  readonly txnId: string;
  /** The step's name. */
  readonly step: string;
  /** Which attempt of the state this is, counted from 1; 1 where the payload does not say. */
  readonly attempt: number;
  /** Index of the item this invocation works on, counted from 0; `undefined` outside a Map. */
  readonly item: number | undefined;
  /** Token with which an outside party ends a callback state; `undefined` in every other state. */
  readonly taskToken: string | undefined;
  /**
   * Aborts 500 ms before the Lambda's deadline, or when a quarter of the time is left, whichever is later. What `fn`
   * returns then is still written.
   */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * Starts another state machine, once: the execution is named after the transaction and this step, so that a retry,
   * a replay and a redrive find it instead of starting another. A Map item, each further round of a loop and each
   * execution on a sidecar that is not named after it start one of their own; a round is told by its predecessor's
   * commit, which takes a payload with `sfs3`.
   *
   * Throws `StepConfigurationError` where `fn` starts one machine a second time with another payload: that execution
   * would have the first one's name. What Step Functions answers, `AccessDeniedException` for one, is thrown under its
   * own name.
   *
   * @param stateMachineArn the machine to start
   * @param payload its input; by default the state payload of this step, so that both share the sidecar
   * @returns the execution's ARN, the same on every retry and on a second call with the same payload
   */
  startExecution(stateMachineArn: string, payload?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The event and the Lambda context as they came. */
  readonly raw: { readonly event: unknown; readonly lambda: LambdaContext | undefined };
}

/**
 * The author's part of a step: what `schemaIn` parsed in, what `schemaOut` accepts out. What it throws passes through
 * under its own name, for `Retry` and `Catch` to match. It may run more than once: after a timeout, or where two attempts
 * meet; of their outputs the first to be written stands.
 */
export type StepFunction<TIn extends Schema, TOut extends Schema> = (
  data: output<TIn>,
  context: StepContext,
) => input<TOut> | Promise<input<TOut>>;

/**
 * A {@link StepFunction} as a parameter beside the schemas that it depends on. The condition always holds; it makes the
 * compiler put in the schemas before it looks at the function, so that a returned `"ok"` meets `z.literal("ok")` as the
 * literal it is and not as a `string`.
 */
export type StepFunctionFor<TIn extends Schema, TOut extends Schema> = TOut extends Schema
  ? StepFunction<TIn, TOut>
  : never;

/** AWS clients to use instead of those that a step makes by the AWS SDK's default chain, once a container; for tests. */
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

/**
 * Options of {@link defineStep}. An option that is misspelt or out of range throws `StepConfigurationError` at once.
 *
 * The type parameters stand alone because inference does not reach into a record.
 */
export interface StepOptions<
  TOut extends Schema = Schema,
  TName extends string = string,
  TKey extends string = string,
  TRoute extends RouteValues = RouteValues,
> {
  /** The step's name, `[A-Za-z0-9_-]{1,64}`; names its state, its progress topic and its journal entry. */
  readonly name: TName;
  /** Key of the output in the sidecar: 1 to 128 characters without `/`, not `$sfs3`. Default: `<name>-output`. */
  readonly outputKey?: TKey;
  /**
   * Read predicate: whether the sidecar holds what the step needs; anything but a boolean is a `StepConfigurationError`.
   * Where it does not, the step fails with `S3DataPreconditionError`, which the machine retries.
   * Default: each required top-level key of `schemaIn` is present.
   */
  readonly ready?: (document: Readonly<Record<string, unknown>>) => boolean;
  /** Values for Choice states, taken from the output: a plain object of at most 1,024 bytes of JSON, not a promise. */
  readonly route?: (output: output<TOut>) => TRoute;
  /**
   * Longest time that one attempt may take before Step Functions fails it with `States.Timeout`.
   *
   * Unit: seconds, integer, 1 to 900 (Lambda's limit). Default: 60.
   * Source: AWS Step Functions Developer Guide, "Using timeouts to avoid stuck Step Functions workflow executions".
   */
  readonly timeoutSeconds?: number;
  /**
   * Retry policies of the state. They stand before those that {@link FAILURES} and Lambda's own errors get, and replace
   * those of the same error; `States.TaskFailed` and then `States.ALL`, which match any error, go last.
   *
   * Source: Amazon States Language, "Retrying after error": the first retrier that matches is taken.
   */
  readonly retry?: readonly RetryPolicy[];
  /**
   * What the step publishes: `progress` messages (default); `terminal`: progress and the process's end as well, for the
   * last step of a hand-written machine; or `none`.
   *
   * The end is `SUCCEEDED` after the merge, or `FAILED` on an error that the machine does not retry: one that neither
   * `retry` nor the table of {@link FAILURES} names. Of an error that it may retry, only the machine knows which attempt is
   * the last: its `Catch` says so.
   */
  readonly notify?: "progress" | "terminal" | "none";
  /**
   * Encryption of the sidecar at rest. Default: the KMS key that `SFS3_KMS_KEY_ID` of the environment names, else `AES256`.
   * Source: Amazon S3 API Reference, PutObject, `x-amz-server-side-encryption`.
   */
  readonly sse?: "AES256" | { readonly algorithm: "aws:kms"; readonly keyId: string };
  /** For tests. Default: clients of the AWS SDK's default chain, made once a container. */
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
