import type { HistoryEvent, LocalStack } from "@sfs3/local";

/** The executions of one run: the one that was asked for, and those that it starts. */
export interface Executions {
  /** Their histories as they grow, by ARN, in the order of their start. */
  readonly histories: ReadonlyMap<string, readonly HistoryEvent[]>;
  /** Waits for every execution, those included that others start meanwhile. */
  allEnded(): Promise<void>;
}

type StepFunctions = LocalStack["stepFunctions"];

/** Follows whatever runs from now on. Once `signal` aborts, all is stopped, and what is started later as well. */
export function followExecutions(stepFunctions: StepFunctions, signal: AbortSignal): Executions {
  const histories = new Map<string, HistoryEvent[]>();
  const stop = (executionArn: string) =>
    void stepFunctions.stopExecution({ executionArn, cause: "interrupted by the user" });
  stepFunctions.onEvent((executionArn, event) => {
    const known = histories.get(executionArn);
    if (known !== undefined) return void known.push(event);
    histories.set(executionArn, [event]);
    if (signal.aborted) stop(executionArn);
  });
  signal.addEventListener("abort", () => [...histories.keys()].forEach(stop), { once: true });

  return {
    histories,
    allEnded: async () => {
      // A Map's iteration reaches what is added while it runs.
      for (const executionArn of histories.keys()) await stepFunctions.completion(executionArn);
    },
  };
}
