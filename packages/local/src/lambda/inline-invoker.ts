import { captureOutput } from "./capture-output.js";
import { ownEnvironment } from "./context.js";
import type { Caller, Invocation, Invoker } from "./invocation.js";
import { type InvocationAnswer, lambdaError, timedOut } from "./lambda-errors.js";
import { loadHandler, resolveLoader } from "./load-handler.js";
import { runHandler } from "./run-handler.js";

/**
 * Runs handlers in this thread, so that a debugger stops in them. Nothing protects this process from them: each
 * invocation's environment is written into `process.env`, where it stays until the next one's, and one that ran into its timeout or was aborted is answered
 * but goes on.
 */
export function createInlineInvoker({ loaderUrl }: { readonly loaderUrl: string | undefined }): Invoker {
  const loader = resolveLoader(loaderUrl);
  // Its failure belongs to the invocations that await it.
  loader.catch(() => {});
  const output = captureOutput();

  async function run(invocation: Invocation, onStart: () => void): Promise<InvocationAnswer> {
    const setEnvironment = () => Object.assign(process.env, invocation.environment, ownEnvironment(invocation));
    setEnvironment();
    const loaded = await loadHandler(invocation.handler, (path) => loader.then((load) => load(path)));
    if ("failure" in loaded) return loaded.failure;
    onStart();
    // Another function may have set its own while this one's module loaded.
    setEnvironment();
    return runHandler(loaded.handler, invocation);
  }

  function invoke(invocation: Invocation, { signal, onLog }: Caller): Promise<InvocationAnswer> {
    const { requestId, functionName, timeoutSeconds } = invocation;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let timer: NodeJS.Timeout | undefined;
      const abort = () => settle(() => reject(signal.reason));
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        outcome();
      };
      const startTimeout = () => {
        timer = setTimeout(() => settle(() => resolve(timedOut(requestId, timeoutSeconds))), timeoutSeconds * 1_000);
      };
      signal.addEventListener("abort", abort, { once: true });
      const log = (stream: "stdout" | "stderr", text: string) => onLog({ requestId, functionName, stream, text });
      output
        .run(log, () => run(invocation, startTimeout))
        .then((answer) => settle(() => resolve(answer)))
        .catch((error: unknown) => settle(() => reject(error)));
    });
  }

  const reload = () => {
    const message = "Handlers that run inline keep their modules: leave out lambda.inline to swap their code.";
    throw lambdaError("InvalidParameterValueException", message);
  };

  return { invoke, reload, close: async () => output.release() };
}
