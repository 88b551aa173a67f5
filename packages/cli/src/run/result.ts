import type { LocalStack, StartedProcess } from "@sfs3/local";
import { type FlowDefinition, layoutOf, sidecarKey } from "@sfs3/sdk/flow";
import { sidecarText } from "../sidecar-text.js";
import type { Executions } from "./executions.js";
import { failingState, messageOf } from "./failure.js";

/** How an execution ended, as `sfs3 run --json` prints it. */
export interface RunResult {
  readonly status: string;
  readonly txnId: string;
  readonly executionArn: string;
  readonly topic: string;
  readonly durationMs: number;
  /** The whole document; `null` where there is none that can be read. */
  readonly sidecar: unknown;
  /** Executions that the process started, and how they ended. */
  readonly started: readonly { readonly executionArn: string; readonly status: string }[];
  /** Where and why it failed; `null` where it succeeded. */
  readonly failure: { readonly step: string | null; readonly error: string; readonly cause: string } | null;
}

/** How an execution ended and why, as the end of a sentence: `FAILED in 'charge': TypeError: declined`. */
export function endOf({ status, failure }: Pick<RunResult, "status" | "failure">): string {
  const where = failure?.step ? ` in '${failure.step}'` : "";
  const why = [failure?.error, failure?.cause].filter(Boolean).join(": ");
  return `${status}${where}${why === "" ? "" : `: ${why}`}`;
}

export interface EndedRun extends StartedProcess {
  readonly flow: FlowDefinition;
  readonly bucket: string;
  readonly executions: Executions;
}

/** Gathers what a run came to, once all its executions have ended. */
export async function resultOf(stack: LocalStack, run: EndedRun): Promise<RunResult> {
  const { txnId, executionArn, flow, executions } = run;
  const { status, error = "", cause = "", startDate, stopDate = startDate } = await ending(stack, executionArn);
  const step = failingState(executions.histories.get(executionArn) ?? []) ?? null;
  const others = [...executions.histories.keys()].filter((arn) => arn !== executionArn);
  return {
    status,
    txnId,
    executionArn,
    topic: `${flow.topicRoot}/${txnId}`,
    durationMs: stopDate.getTime() - startDate.getTime(),
    sidecar: await readSidecar(stack, run),
    started: await Promise.all(
      others.map(async (arn) => ({ executionArn: arn, status: (await ending(stack, arn)).status })),
    ),
    failure: status === "SUCCEEDED" ? null : { step, error, cause: messageOf(cause) },
  };
}

const ending = (stack: LocalStack, executionArn: string) => stack.stepFunctions.completion(executionArn);

async function readSidecar(stack: LocalStack, { bucket, txnId, flow }: EndedRun): Promise<unknown> {
  const text = await sidecarText(stack, { bucket, key: sidecarKey(txnId, layoutOf(flow)) });
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    // The execution's own failure, SidecarCorruptError, says so.
    return null;
  }
}
