import type { HistoryEvent } from "../asl/index.js";
import type { ExecutionRecord, ExecutionStatus } from "./execution-record.js";
import type { Histories } from "./storage/histories.js";

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

interface AbandonedOptions {
  readonly histories: Histories;
  readonly roleArn: string;
  readonly now: Date;
}

/** Ends an execution whose process died: as its history says, or else as ABORTED. */
export function endAbandoned(record: ExecutionRecord, { histories, roleArn, now }: AbandonedOptions): ExecutionRecord {
  const events = histories.mend(record.id, (found) => {
    const started = found.length === 0 ? [startedEvent(record, roleArn)] : [];
    const last = found.at(-1) ?? started[0];
    return last === undefined || isEnd(last) ? [] : [...started, abortedEvent(last, now)];
  });
  const { type = "", timestamp = now } = events.at(-1) ?? {};
  const { input: _kept, ...rest } = record;
  return { ...rest, status: ENDS[type] ?? "ABORTED", stopDate: timestamp, eventCount: events.length };
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
