import type { HistoryEvent } from "../../asl/index.js";
import type { ExecutionRecord, ExecutionStatus } from "./execution-record.js";

/** How the events that end an execution name its status. */
const ENDS: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

const KILLED = {
  error: "Sfs3.ProcessKilled",
  cause: "The process that ran this execution ended before it. Redrive the execution to go on from where it was.",
};

/** The events that a history lacks whose process died: that it has started, that it has ended. */
export function missingEvents(
  record: ExecutionRecord,
  found: readonly HistoryEvent[],
  { roleArn, now }: { readonly roleArn: string; readonly now: Date },
): readonly HistoryEvent[] {
  const started = startedEvent(record, roleArn);
  const last = found.at(-1);
  if (last === undefined) return [started, abortedEvent(started, now)];
  return isEnd(last) ? [] : [abortedEvent(last, now)];
}

/** An execution as its whole history says that it ended. */
export function endedAs(record: ExecutionRecord, { id, type, timestamp }: HistoryEvent): ExecutionRecord {
  const { input: _kept, ...rest } = record;
  return { ...rest, status: ENDS[type] ?? "ABORTED", stopDate: timestamp, eventCount: id };
}

const isEnd = ({ type }: HistoryEvent) => Object.hasOwn(ENDS, type);

const startedEvent = ({ startDate, input }: ExecutionRecord, roleArn: string): HistoryEvent => ({
  id: 1,
  previousEventId: 0,
  timestamp: startDate,
  type: "ExecutionStarted",
  details: { input, inputDetails: { truncated: false }, roleArn },
});

const abortedEvent = ({ id }: HistoryEvent, timestamp: Date): HistoryEvent => ({
  id: id + 1,
  previousEventId: id,
  timestamp,
  type: "ExecutionAborted",
  details: KILLED,
});
