import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { checkClientContext, checkEvent } from "./event.js";
import {
  createFunctionRegistry,
  type FunctionDescription,
  type FunctionOptions,
  type FunctionRegistry,
  type FunctionUpdate,
} from "./functions.js";
import { createInlineInvoker } from "./inline-invoker.js";
import type { Caller, Invocation, LogOutput } from "./invocation.js";
import { type InvocationAnswer, lambdaError } from "./lambda-errors.js";
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
  /**
   * How many workers there may be; further invocations wait in line. There are no more than one beyond the processors
   * unless those spend a second waiting, each in one invocation. Default: four times the processors, at least 8.
   */
  readonly maxWorkers?: number;
  /** Hears what functions write to stdout and stderr. Default: nobody. */
  readonly onLog?: (output: LogOutput) => void;
}

export const INVOCATION_TYPES = ["RequestResponse", "Event", "DryRun"] as const;

/** How {@link Lambda.invoke} calls. */
export interface InvokeOptions {
  /**
   * `Event` resolves as soon as the event is accepted, with an empty payload; `DryRun` runs nothing. Default:
   * `RequestResponse`.
   */
  readonly invocationType?: (typeof INVOCATION_TYPES)[number] | undefined;
  /** Version or alias, one of the function's `qualifiers`. Default: the one in the name, else `$LATEST`. */
  readonly qualifier?: string | undefined;
  /** The handler's `context.clientContext`: JSON in base64, at most 3,583 bytes. */
  readonly clientContext?: string | undefined;
  /** Hears what this one invocation writes until it is answered. */
  readonly onLog?: Caller["onLog"] | undefined;
}

/** The embedded Lambda. Its functions need no `this`. */
export interface Lambda {
  /** Returns its ARN. @throws AwsError `InvalidParameterValueException`, `ResourceConflictException` */
  createFunction(options: FunctionOptions): string;
  /**
   * Changes a function, or only makes its code be loaded anew: invocations from now on get the new code, those under
   * way end on the old. All idle workers are ended, since functions share them and the modules in them.
   *
   * @throws AwsError `ResourceNotFoundException`; `InvalidParameterValueException`, also where handlers run inline
   */
  updateFunction(nameOrArn: string, update?: FunctionUpdate): FunctionDescription;
  /** Invocations under way go on. @throws AwsError `ResourceNotFoundException` */
  deleteFunction(nameOrArn: string): void;
  /** @throws AwsError `ResourceNotFoundException` */
  getFunction(nameOrArn: string, qualifier?: string): FunctionDescription;
  /** By name. */
  listFunctions(): readonly FunctionDescription[];
  /**
   * Invokes a function and waits for its answer.
   *
   * @param payload the event, as JSON text; at most 6,291,556 bytes
   * @param signal ends the invocation when it aborts; the promise rejects with its reason
   * @param options how it is called
   * @returns JSON text; with `functionError` it is Lambda's error object
   * @throws AwsError `ResourceNotFoundException`, `InvalidRequestContentException`, `RequestTooLargeException`,
   * `InvalidParameterValueException`
   */
  invoke(
    functionName: string,
    payload: string,
    signal?: AbortSignal,
    options?: InvokeOptions,
  ): Promise<InvocationAnswer>;
  /** Invokes the functions as they are now, whatever becomes of them. */
  snapshot(): Pick<Lambda, "invoke">;
  /** Ends all workers. */
  close(): Promise<void>;
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
  const { loader: loaderUrl, maxWorkers = Math.max(8, 4 * availableParallelism()) } = options;
  const functions = createFunctionRegistry(options);
  const invoker = options.inline
    ? createInlineInvoker({ loaderUrl })
    : createWorkerPool({ loaderUrl, maxWorkers, onLateOutput: (output) => options.onLog?.(output) });

  type Known = Pick<FunctionRegistry, "resolve">;
  const invokeAmong =
    (known: Known): Lambda["invoke"] =>
    async (functionName, payload, signal, call = {}) => {
      const { invocationType = "RequestResponse", clientContext, onLog } = call;
      const description = known.resolve(functionName, call.qualifier);
      checkEvent(payload);
      checkClientContext(clientContext);
      if (!INVOCATION_TYPES.includes(invocationType)) {
        const message = `The invocation type "${invocationType}" is not one of ${INVOCATION_TYPES.join(", ")}.`;
        throw lambdaError("InvalidParameterValueException", message);
      }
      if (invocationType === "DryRun") return { payload: "" };
      const answered = run(
        description,
        { payload, clientContext },
        {
          signal: signal ?? new AbortController().signal,
          onLog: (output) => onLog?.(output),
        },
      );
      if (invocationType === "RequestResponse") return answered;
      // Invoked once: a function that fails has said so in its log, and nobody else waits for it.
      answered.catch((error: unknown) => {
        process.emitWarning(`The asynchronous invocation of ${description.name} was lost: ${error}`);
      });
      return { payload: "" };
    };

  type Given = Pick<Invocation, "payload" | "clientContext">;

  function run(description: FunctionDescription, given: Given, caller: Caller): Promise<InvocationAnswer> {
    const { name, functionArn, handler, timeoutSeconds, memoryMb, ...own } = description;
    const environment = { ...baseEnvironment(), ...options.environment?.(), ...own.environment };
    const invocation = {
      requestId: randomUUID(),
      functionName: name,
      functionArn,
      handler,
      environment,
      memoryMb,
      timeoutSeconds,
      ...given,
    };
    return invoker.invoke(invocation, {
      signal: caller.signal,
      onLog: (output) => {
        options.onLog?.(output);
        caller.onLog(output);
      },
    });
  }

  return {
    createFunction: (given) => functions.create(given).functionArn,
    updateFunction: (nameOrArn, update = {}) => {
      invoker.reload();
      return functions.update(nameOrArn, update);
    },
    deleteFunction: functions.delete,
    getFunction: functions.resolve,
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
