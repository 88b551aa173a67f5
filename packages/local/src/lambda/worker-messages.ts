import type { LogOutput } from "./invocation.js";
import type { InvocationAnswer } from "./lambda-errors.js";

/** What the worker is started with. */
export interface WorkerSettings {
  readonly loaderUrl: string | undefined;
}

/** What a worker tells the main thread about the invocation it was posted. */
export type WorkerMessage =
  /** The module is there and the handler begins: the function's timeout counts from now. */
  | { readonly type: "started" }
  | { readonly type: "log"; readonly output: LogOutput }
  /** The invocation is over. Unless `isReusable`, the worker has to be replaced. */
  | { readonly type: "answer"; readonly answer: InvocationAnswer; readonly isReusable: boolean };
