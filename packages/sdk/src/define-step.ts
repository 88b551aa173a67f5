import { type Clients, createClients } from "./clients.js";
import { defaultOutputKey } from "./names.js";
import type { RouteValues } from "./payload.js";
import { runStep } from "./run-step.js";
import { containerRuntime } from "./runtime.js";
import type { LambdaContext, Schema, Step, StepFunction, StepFunctionFor, StepOptions } from "./step.js";
import { checkOptions } from "./step-options.js";

/**
 * Defines a step of a process: typed data in, typed data out, as a Lambda handler.
 *
 * The handler reads the sidecar from S3, checks that what `schemaIn` requires is there, runs `fn`, merges its output
 * under the step's own key and publishes progress. `fn` receives what `schemaIn` parsed; what it returns is parsed by
 * `schemaOut`. Both schemas may be of zod or zod/mini.
 *
 * @throws `StepConfigurationError` at once where an option is misspelt or out of range; the handler rejects with the
 * errors of {@link FAILURES}, or with what `fn` threw
 *
 * @example
 * ```ts
 * import { defineStep } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * export const handler = defineStep(
 *   z.object({ orderId: z.string() }),
 *   z.object({ receiptId: z.string() }),
 *   ({ orderId }) => ({ receiptId: `receipt-${orderId}` }),
 *   { name: "charge", timeoutSeconds: 10 },
 * );
 * ```
 */
export const defineStep = <
  TIn extends Schema,
  TOut extends Schema,
  const TName extends string,
  const TKey extends string = `${TName}-output`,
  TRoute extends RouteValues = Record<never, never>,
>(
  schemaIn: TIn,
  schemaOut: TOut,
  fn: StepFunctionFor<TIn, TOut>,
  options: StepOptions<TOut, TName, TKey, TRoute>,
): Step<{ name: TName; outputKey: TKey; schemaIn: TIn; schemaOut: TOut; route: TRoute }> => {
  checkOptions(schemaIn, schemaOut, fn, options);
  // Without the option TKey is its default, which the compiler cannot see from here.
  const outputKey = options.outputKey ?? (defaultOutputKey(options.name) as unknown as TKey);
  let clients: Clients | undefined;
  const handler = (event: unknown, lambda?: LambdaContext) => {
    const runtime = containerRuntime();
    if (options.clients !== undefined) clients ??= createClients(runtime.env, options.clients);
    return runStep(step, event, lambda, clients === undefined ? runtime : { ...runtime, clients });
  };
  const run = fn as StepFunction<TIn, TOut>;
  const step = Object.assign(handler, { schemaIn, schemaOut, fn: run, options: { ...options, outputKey } });
  return step;
};
