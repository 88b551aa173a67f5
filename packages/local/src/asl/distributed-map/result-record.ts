import type { Json, JsonObject } from "../json.js";
import type { EndedChild } from "./child-execution.js";

export const TRANSFORMATIONS = ["NONE", "COMPACT", "FLATTEN"] as const;

export type Transformation = (typeof TRANSFORMATIONS)[number];

/** What a child's end contributes to the results. One that did not succeed shows all of itself whatever is asked for. */
export function resultsOf(child: EndedChild, transformation: Transformation): readonly Json[] {
  const { outcome } = child;
  if (transformation === "NONE" || outcome.status !== "SUCCEEDED") return [executionRecord(child)];
  const { output } = outcome;
  return transformation === "FLATTEN" && Array.isArray(output) ? output : [output];
}

const INCLUDED = { Included: true } as const;

/** A child with its metadata. Source: Developer Guide, "ResultWriter (Map)". */
function executionRecord(child: EndedChild): JsonObject {
  const { outcome } = child;
  return {
    ...(outcome.status !== "SUCCEEDED" && failureOf(outcome)),
    ExecutionArn: child.executionArn,
    Input: JSON.stringify(child.input),
    InputDetails: INCLUDED,
    Name: child.name,
    ...(outcome.status === "SUCCEEDED" && { Output: JSON.stringify(outcome.output) }),
    OutputDetails: INCLUDED,
    RedriveCount: 0,
    ...(child.type === "STANDARD" && redriveStatus(outcome.status)),
    StartDate: child.startDate.toISOString(),
    StateMachineArn: child.stateMachineArn,
    Status: outcome.status,
    StopDate: child.stopDate.toISOString(),
  };
}

const failureOf = ({ error, cause }: { readonly error?: string; readonly cause?: string }): JsonObject => ({
  ...(cause !== undefined && { Cause: cause }),
  ...(error !== undefined && { Error: error }),
});

const redriveStatus = (status: string): JsonObject =>
  status === "SUCCEEDED"
    ? {
        RedriveStatus: "NOT_REDRIVABLE",
        RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      }
    : { RedriveStatus: "REDRIVABLE_BY_MAP_RUN" };

/** A child that was never started. */
export const pendingRecord = (input: Json): JsonObject => ({
  Input: JSON.stringify(input),
  InputDetails: INCLUDED,
  Status: "PENDING",
});
