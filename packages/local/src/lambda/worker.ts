import { parentPort, workerData } from "node:worker_threads";
import { resolveSyncHost } from "../sync-host.js";
import { captureOutput } from "./capture-output.js";
import { ownEnvironment } from "./context.js";
import type { Invocation } from "./invocation.js";
import { failed, type InvocationAnswer, thrown } from "./lambda-errors.js";
import { loadHandler, resolveLoader } from "./load-handler.js";
import { runHandler } from "./run-handler.js";
import type { WorkerMessage, WorkerSettings } from "./worker-messages.js";

const port = parentPort;
if (port === null) throw new Error("This module is the entry of a worker thread.");
resolveSyncHost();

const { loaderUrl }: WorkerSettings = workerData;
const loader = resolveLoader(loaderUrl);
const output = captureOutput();
const post = (message: WorkerMessage) => port.postMessage(message);
const answer = (given: InvocationAnswer, isReusable: boolean) => post({ type: "answer", answer: given, isReusable });

async function run(invocation: Invocation): Promise<void> {
  Object.assign(process.env, ownEnvironment(invocation));
  const loaded = await loadHandler(invocation.handler, (path) => loader.then((load) => load(path)));
  // A module that failed to load stays failed in this thread's cache: only a new worker can load it again.
  if ("failure" in loaded) return answer(loaded.failure, false);
  post({ type: "started" });
  answer(await runHandler(loaded.handler, invocation), true);
}

// Lambda's runtime ends after either, and the invocation with it.
process.on("uncaughtException", (error) => answer(thrown(error), false));
process.on("unhandledRejection", (reason) => {
  const errorMessage = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  const trace = reason instanceof Error ? (reason.stack ?? "").split("\n") : [];
  answer(failed({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage, trace }), false);
});

port.on("message", (invocation: Invocation) => {
  const { functionName, requestId } = invocation;
  const log = (stream: "stdout" | "stderr", text: string) =>
    post({ type: "log", output: { functionName, requestId, stream, text } });
  output.run(log, () => void run(invocation));
});
