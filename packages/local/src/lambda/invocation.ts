import type { HandlerLocation } from "./functions.js";
import type { InvocationAnswer } from "./lambda-errors.js";

/** One call of a function: all of it can be posted to a worker. */
export interface Invocation {
  readonly requestId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly handler: HandlerLocation;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** The event, as JSON text. */
  readonly payload: string;
  /** What the caller tells of itself, as it gave it: JSON, in base64. */
  readonly clientContext: string | undefined;
}

/** Text that a function wrote. */
export interface LogOutput {
  readonly functionName: string;
  readonly requestId: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** Who waits for an invocation. */
export interface Caller {
  /** Aborts when nobody waits any more: the worker is ended. */
  readonly signal: AbortSignal;
  readonly onLog: (output: LogOutput) => void;
}

/** Runs invocations: in workers, or inline. */
export interface Invoker {
  invoke(invocation: Invocation, caller: Caller): Promise<InvocationAnswer>;
  /** Lets every invocation from now on meet modules as they are now. */
  reload(): void;
  close(): Promise<void>;
}
