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
 * The entries of the states on the way to an execution's end, the last one first. Where a Parallel or a Map failed, the way
 * leads into it, to the state that made it fail.
 */
export function* entriesBeforeEnd(events: readonly HistoryEvent[]): Generator<HistoryEvent> {
  const byId = new Map(events.map((event) => [event.id, event]));
  let event = events.at(-1);
  while (event !== undefined) {
    if (event.type.endsWith("StateEntered")) yield event;
    event = byId.get(event.previousEventId);
  }
}

/** The entry of the state that an execution failed in: the last one, apart from those that only announce the failure. */
export function failingEntry(events: readonly HistoryEvent[]): HistoryEvent | undefined {
  for (const entry of entriesBeforeEnd(events)) if (!isEndState(String(entry.details?.name))) return entry;
  return undefined;
}

export const failingState = (events: readonly HistoryEvent[]): string | undefined => {
  const entry = failingEntry(events);
  return entry && String(entry.details?.name);
};

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
