import type { HistoryEvent } from "@sfs3/local";

const FAILURES = new Set([
  "TaskFailed",
  "TaskTimedOut",
  "LambdaFunctionFailed",
  "LambdaFunctionTimedOut",
  "EvaluationFailed",
]);

/** Whether an event says that an attempt of a state has failed. */
export const isFailure = ({ type }: HistoryEvent): boolean => FAILURES.has(type);

/** The state whose failure ended an execution: the one that the last failed attempt belongs to. */
export function failingState(events: readonly HistoryEvent[]): string | undefined {
  const byId = new Map(events.map((event) => [event.id, event]));
  let event = events.findLast(isFailure);
  while (event !== undefined && !event.type.endsWith("StateEntered")) event = byId.get(event.previousEventId);
  return event === undefined ? undefined : String(event.details?.name);
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
