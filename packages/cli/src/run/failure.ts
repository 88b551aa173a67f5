import type { HistoryEvent } from "@sfs3/local";
import { isEndState } from "./end-states.js";

const FAILURES = new Set([
  "TaskFailed",
  "TaskTimedOut",
  "LambdaFunctionFailed",
  "LambdaFunctionTimedOut",
  "EvaluationFailed",
]);

/** Whether an event says that an attempt of a state has failed. */
export const isFailure = ({ type }: HistoryEvent): boolean => FAILURES.has(type);

/**
 * The state that an execution failed in: the one entered last on the way to its end, apart from the states that only
 * announce the failure. Where a Parallel or a Map failed, the way leads into it, to the state that made it fail.
 */
export function failingState(events: readonly HistoryEvent[]): string | undefined {
  const byId = new Map(events.map((event) => [event.id, event]));
  let event = events.at(-1);
  while (event !== undefined) {
    const name = String(event.details?.name);
    if (event.type.endsWith("StateEntered") && !isEndState(name)) return name;
    event = byId.get(event.previousEventId);
  }
  return undefined;
}

/** What went wrong, for people: Lambda's error object says it in `errorMessage`. */
export function messageOf(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    const message = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "errorMessage") : undefined;
    return typeof message === "string" ? message : cause;
  } catch {
    return cause;
  }
}
