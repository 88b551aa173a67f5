import type { ExecutionOutcome, HistoryEvent } from "../../asl/index.js";
import type { HistoryPlace } from "../storage/histories.js";

export type ExecutionStatus = "RUNNING" | ExecutionOutcome["status"];

/** What is kept of an execution beside its history, which holds its input and how it ended. */
export interface ExecutionRecord {
  readonly id: number;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  /** Number of the machine's revision that it was started with. */
  readonly revision: number;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date | undefined;
  readonly traceHeader?: string | undefined;
  /** Which of the machine's test cases its mocks play. */
  readonly testCase?: string | undefined;
  /** JSON text; only while it runs, until its history is sure to have it. */
  readonly input?: string | undefined;
  readonly eventCount: number;
  readonly redrives: readonly Redrive[];
  /** Where its history is: while it runs, where it was when the run began. */
  readonly history: HistoryPlace;
}

export interface Redrive {
  readonly date: Date;
  readonly clientToken?: string | undefined;
}

/** An execution as DescribeExecution shows it. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date;
  /** JSON text. */
  readonly input: string;
  /** JSON text; only of a SUCCEEDED execution. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly traceHeader?: string;
  /** Of a Standard execution. */
  readonly redriveCount?: number;
  readonly redriveDate?: Date;
}

/** An execution without what only its history knows. */
export function listedExecution(record: ExecutionRecord) {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, redrives } = record;
  const redriveDate = redrives.at(-1)?.date;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate,
    ...(stopDate !== undefined && { stopDate }),
    redriveCount: redrives.length,
    ...(redriveDate !== undefined && { redriveDate }),
  };
}

/** @param history empty as long as the execution runs: how it ends is not known then */
export function describedExecution(
  record: ExecutionRecord,
  input: string,
  history: readonly HistoryEvent[],
): ExecutionDescription {
  const { output, error, cause } = history.at(-1)?.details ?? {};
  return {
    ...listedExecution(record),
    input,
    ...(typeof output === "string" && { output }),
    ...(typeof error === "string" && { error }),
    ...(typeof cause === "string" && { cause }),
    ...(record.traceHeader !== undefined && { traceHeader: record.traceHeader }),
  };
}

/** A record as JSON gave it back. */
export const revivedRecord = (record: ExecutionRecord): ExecutionRecord => ({
  ...record,
  startDate: new Date(record.startDate),
  ...(record.stopDate !== undefined && { stopDate: new Date(record.stopDate) }),
  redrives: record.redrives.map((redrive) => ({ ...redrive, date: new Date(redrive.date) })),
});
