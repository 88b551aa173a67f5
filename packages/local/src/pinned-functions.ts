import type { Lambda } from "./lambda/index.js";
import type { ExecutionListener } from "./stepfunctions/index.js";
import type { LambdaPort } from "./stepfunctions/ports.js";

type Functions = Pick<LambdaPort, "invoke">;

/** Functions for Step Functions, which has to tell of every event. */
export interface PinnedFunctions {
  readonly port: LambdaPort;
  readonly onEvent: ExecutionListener;
}

/**
 * Lets an execution go on with the functions that there were when it started, or was last redriven, whatever is
 * deployed meanwhile.
 */
export function pinFunctions(lambda: Pick<Lambda, "invoke" | "snapshot">): PinnedFunctions {
  const pinned = new Map<string, Functions>();
  const pin = (executionArn: string) => void pinned.set(executionArn, lambda.snapshot());
  const release = (executionArn: string) => void pinned.delete(executionArn);
  const on: Readonly<Record<string, (executionArn: string) => void>> = {
    ExecutionStarted: pin,
    ExecutionRedriven: pin,
    ExecutionSucceeded: release,
    ExecutionFailed: release,
    ExecutionTimedOut: release,
    ExecutionAborted: release,
  };
  return {
    port: { invoke: lambda.invoke, seenBy: (executionArn) => pinned.get(executionArn) ?? lambda },
    onEvent: (executionArn, { type }) => on[type]?.(executionArn),
  };
}
