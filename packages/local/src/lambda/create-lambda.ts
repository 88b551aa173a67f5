import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { checkEvent } from "./event.js";
import {
  createFunctionRegistry,
  type FunctionDescription,
  type FunctionOptions,
  type FunctionRegistry,
} from "./functions.js";
import { createInlineInvoker } from "./inline-invoker.js";
import type { Caller, LogOutput } from "./invocation.js";
import type { InvocationAnswer } from "./lambda-errors.js";
import { createWorkerPool } from "./worker-pool.js";

/** Settings of {@link createLambda}. */
export interface LambdaOptions {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Environment variables that every function gets, under its own; read at each invocation. Default: none. */
  readonly environment?: () => Readonly<Record<string, string>>;
  /**
   * URL of a module whose default export loads handler modules: `(path: string) => Promise<Record<string, unknown>>`.
   * Default: Node's `import`.
   */
  readonly loader?: string;
  /** Runs handlers in this thread instead of workers, for debuggers; sets `process.env`. Default: `false`. */
  readonly inline?: boolean;
  /** How many workers there may be; further invocations wait in line. Default: twice the processors, at least 4. */
  readonly maxWorkers?: number;
  /** Hears what functions write to stdout and stderr. Default: nobody. */
  readonly onLog?: (output: LogOutput) => void;
}

/** The embedded Lambda. Its functions need no `this`. */
export interface Lambda {
  /** Returns its ARN. @throws AwsError `InvalidParameterValueException`, `ResourceConflictException` */
  createFunction(options: FunctionOptions): string;
  /** Invocations under way go on. @throws AwsError `ResourceNotFoundException` */
  deleteFunction(nameOrArn: string): void;
  /** @throws AwsError `ResourceNotFoundException` */
  getFunction(nameOrArn: string): FunctionDescription;
  /** By name. */
  listFunctions(): readonly FunctionDescription[];
  /**
   * Invokes a function and waits for its answer.
   *
   * @param payload the event, as JSON text; at most 6,291,556 bytes
   * @param signal ends the invocation when it aborts; the promise rejects with its reason
   * @param onLog hears what this one invocation writes
   * @returns JSON text; with `functionError` it is Lambda's error object
   * @throws AwsError `ResourceNotFoundException`, `InvalidRequestContentException`, `RequestTooLargeException`
   */
  invoke(
    functionName: string,
    payload: string,
    signal?: AbortSignal,
    onLog?: Caller["onLog"],
  ): Promise<InvocationAnswer>;
  /** Invokes the functions as they are now, whatever becomes of them. */
  snapshot(): Pick<Lambda, "invoke">;
  /** Ends all workers. */
  close(): Promise<void>;
}

interface Call {
  readonly payload: string;
  readonly signal: AbortSignal | undefined;
  readonly onLog: Caller["onLog"] | undefined;
}

/**
 * Lambda in this process: handlers run in worker threads, one invocation at a time each, and are ended at their
 * timeout.
 *
 * @example
 * ```ts
 * import { createLambda } from "@sfs3/local";
 *
 * const lambda = createLambda({ region: "us-east-1", accountId: "000000000000" });
 * lambda.createFunction({ name: "greet", handler: { module: "/app/greet.mjs", path: ["handler"] } });
 * const { payload } = await lambda.invoke("greet", '{"name":"Ada"}');
 * ```
 */
export function createLambda(options: LambdaOptions): Lambda {
  const { loader: loaderUrl, maxWorkers = Math.max(4, 2 * availableParallelism()) } = options;
  const functions = createFunctionRegistry(options);
  const invoker = options.inline ? createInlineInvoker({ loaderUrl }) : createWorkerPool({ loaderUrl, maxWorkers });

  const invokeOne = async (
    { name, functionArn, handler, timeoutSeconds, memoryMb, ...own }: FunctionDescription,
    { payload, signal = new AbortController().signal, onLog }: Call,
  ): Promise<InvocationAnswer> => {
    checkEvent(payload);
    const environment = { ...baseEnvironment(), ...options.environment?.(), ...own.environment };
    const invocation = {
      requestId: randomUUID(),
      functionName: name,
      functionArn,
      handler,
      environment,
      memoryMb,
      timeoutSeconds,
      payload,
    };
    return invoker.invoke(invocation, {
      signal,
      onLog: (output) => {
        options.onLog?.(output);
        onLog?.(output);
      },
    });
  };

  const invokeAmong =
    ({ get }: Pick<FunctionRegistry, "get">): Lambda["invoke"] =>
    async (functionName, payload, signal, onLog) =>
      invokeOne(get(functionName), { payload, signal, onLog });

  return {
    createFunction: (given) => functions.create(given).functionArn,
    deleteFunction: functions.delete,
    getFunction: functions.get,
    listFunctions: functions.list,
    invoke: invokeAmong(functions),
    snapshot: () => ({ invoke: invokeAmong(functions.snapshot()) }),
    close: invoker.close,
  };
}

/** What a handler sees of this process's environment: enough to start programs, nothing of the user's secrets. */
function baseEnvironment(): Readonly<Record<string, string>> {
  const { PATH, HOME } = process.env;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    LAMBDA_TASK_ROOT: process.cwd(),
    TZ: "UTC",
  };
}
