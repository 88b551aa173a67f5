import { once } from "./once.js";
import type { ParsedEvent } from "./payload.js";
import type { Runtime } from "./runtime.js";
import type { LambdaContext, Log, StepContext } from "./step.js";

export interface ContextSettings extends ParsedEvent {
  readonly step: string;
  /** How often the step has committed in this execution before: it starts an execution of its own each time. */
  readonly round: number;
  readonly event: unknown;
  readonly lambda: LambdaContext | undefined;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export const createContext = (settings: ContextSettings): StepContext => {
  const { step, round, payload, txnId, entry, event, lambda, runtime, log, signal } = settings;
  // Loaded when called, as is its client: few steps start machines.
  const starter = once(async () => {
    const { createStart } = await import("./start-execution.js");
    return createStart(runtime.clients.sfn, { txnId, step, entry, round });
  });
  return {
    txnId,
    step,
    attempt: entry.attempt ?? 1,
    item: entry.item,
    taskToken: entry.taskToken,
    signal,
    log,
    startExecution: async (stateMachineArn, input = payload) => (await starter())(stateMachineArn, input),
    raw: { event, lambda },
  };
};
