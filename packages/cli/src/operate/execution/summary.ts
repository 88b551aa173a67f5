import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "@sfs3/local";
import { CliError } from "../../cli-error.js";
import { failingState, messageOf } from "../../run/failure.js";
import type { RunResult } from "../../run/result.js";
import type { Aws } from "../aws.js";
import { describeExecution } from "../target.js";
import { wholeHistory } from "./history.js";

/** What became of an execution so far; dates are ISO 8601. */
export interface ExecutionSummary extends Pick<RunResult, "status" | "txnId" | "executionArn" | "failure"> {
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** From start to end, or until now. Unit: milliseconds. */
  readonly durationMs: number;
  readonly redrives: number;
}

/** Statuses of an execution that goes on by itself. Source: AWS Step Functions API Reference, DescribeExecution, `status`. */
const GOING_ON = new Set(["RUNNING", "PENDING_REDRIVE"]);

export const goesOn = (status: string): boolean => GOING_ON.has(status);

/** @throws `CliError` where there is no such execution */
export async function summaryOf(aws: Aws, executionArn: string): Promise<ExecutionSummary> {
  const described = await describe(aws, executionArn);
  const hasFailed = !["RUNNING", "SUCCEEDED"].includes(described.status ?? "");
  return summarize(described, hasFailed ? await wholeHistory(aws, executionArn) : []);
}

/** @throws `CliError` where there is no such execution */
export async function describe(aws: Aws, executionArn: string): Promise<DescribeExecutionOutput> {
  const described = await describeExecution(aws, executionArn);
  if (described !== undefined) return described;
  throw new CliError(`There is no execution ${executionArn}. Check the id, --state-machine, --endpoint and --region.`);
}

/** @param history of an execution that has failed: it tells where */
export function summarize(described: DescribeExecutionOutput, history: readonly HistoryEvent[]): ExecutionSummary {
  const { executionArn = "", name = "", status = "", startDate, stopDate, redriveCount = 0 } = described;
  const isFailed = !goesOn(status) && status !== "SUCCEEDED";
  const { error = "", cause = "" } = described;
  return {
    status,
    txnId: name,
    executionArn,
    startedAt: startDate?.toISOString() ?? null,
    endedAt: stopDate?.toISOString() ?? null,
    durationMs: startDate === undefined ? 0 : (stopDate ?? new Date()).getTime() - startDate.getTime(),
    redrives: redriveCount,
    failure: isFailed ? { step: failingState(history) ?? null, error, cause: messageOf(cause) } : null,
  };
}
