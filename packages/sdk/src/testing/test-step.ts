import { createClients } from "../clients.js";
import type { Environment } from "../environment.js";
import { isObject } from "../json-object.js";
import type { StatePayload } from "../payload.js";
import { runStep } from "../run-step.js";
import { type Layout, sidecarKey } from "../sidecar/layout.js";
import type { AnyStep, LambdaContext } from "../step.js";
import { createTestStack, type TestStack } from "./test-stack.js";

/** How {@link testStep} runs a step. */
export interface TestStepOptions {
  /** What lies in S3 before: a value (written as JSON), or text or bytes as they are. Default: nothing. */
  readonly sidecar?: unknown;
  /** The Lambda's event, over the default `{ processData: "test-transaction" }`, in the parts layout `test-transaction/`. Anything but an object is sent as it is. */
  readonly event?: unknown;
  /** Over the default `BUCKET_NAME` and `TOPIC_ROOT`; `undefined` takes a variable away. */
  readonly env?: Environment;
  /** Lambda's context. Default: none, so that the step has 30 s. */
  readonly lambda?: LambdaContext;
  /** The clock, in milliseconds since the epoch. Default: the real one. */
  readonly now?: () => number;
  /** Between two writes after a lost race. Default: does not wait. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** To meet other steps on. Default: one of its own. */
  readonly stack?: TestStack;
  /** How the sidecar lies in S3. Default: as on the stack, else `document`. */
  readonly layout?: Layout;
}

/** What {@link testStep} saw. Messages, executions, requests and puts are those of the stack, of all steps on it. */
export interface TestStepResult extends Pick<TestStack, "messages" | "executions" | "requests" | "puts"> {
  /** The sidecar afterwards, parsed, journal included. */
  readonly document: Record<string, unknown>;
  /** The sidecar afterwards, as it is; `undefined` where there is none. */
  readonly text: string | undefined;
  /** What the handler returned; `undefined` where it failed. */
  readonly payload: StatePayload | undefined;
  /** What the handler threw; `undefined` where it succeeded. */
  readonly error: Error | undefined;
  /** The lines, parsed: `level`, `message`, `at`, `step`, `txnId`, `attempt`, and the fields given. */
  readonly log: readonly Record<string, unknown>[];
}

const DEFAULT_ID = "test-transaction";
const DEFAULT_ENV = { BUCKET_NAME: "test-bucket", TOPIC_ROOT: "test" };

/**
 * Runs a step once, against S3, IoT and Step Functions in memory.
 *
 * A step that fails does not reject: `error` holds what it threw, and sidecar, messages and log can still be read.
 *
 * @example
 * ```ts
 * import { testStep } from "@sfs3/sdk/testing";
 * import { expect, test } from "vitest";
 * import { charge } from "./charge.js";
 *
 * test("gives a receipt", async () => {
 *   const { document, error } = await testStep(charge, { sidecar: { orderId: "17" } });
 *
 *   expect(error).toBeUndefined();
 *   expect(document["charge-output"]).toEqual({ receiptId: "receipt-17" });
 * });
 * ```
 */
export const testStep = async (step: AnyStep, options: TestStepOptions = {}): Promise<TestStepResult> => {
  const { now = Date.now, sleep = () => new Promise<void>(setImmediate) } = options;
  const stack = options.stack ?? createTestStack(options.layout && { layout: options.layout });
  const event = eventOf(options.event, options.layout ?? stack.layout);
  const key = keyOf(event);
  const lines: string[] = [];
  const env = { ...DEFAULT_ENV, ...options.env };
  const clients = createClients(env, stack.clients);
  const runtime = { clients, env, now, random: Math.random, sleep, write: (line: string) => void lines.push(line) };
  if (options.sidecar !== undefined) stack.write(key, options.sidecar);

  const outcome = await runStep(step, event, options.lambda, runtime).then(
    (payload) => ({ payload, error: undefined }),
    (error: Error) => ({ payload: undefined, error }),
  );

  const { messages, executions, requests, puts } = stack;
  const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    ...outcome,
    document: stack.document(key),
    text: stack.text(key),
    messages,
    executions,
    requests,
    puts,
    log,
  };
};

const eventOf = (given: unknown, layout: Layout): unknown =>
  given === undefined || isObject(given) ? { processData: sidecarKey(DEFAULT_ID, layout), ...given } : given;

const keyOf = (event: unknown): string =>
  isObject(event) && typeof event.processData === "string" ? event.processData : DEFAULT_ID;
