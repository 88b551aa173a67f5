import { createHash } from "node:crypto";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { StateEntry } from "./payload.js";

const MAX_NAME_LENGTH = 80;
const HASH_LENGTH = 16;

export interface Starter {
  readonly txnId: string;
  readonly step: string;
  readonly entry: Partial<StateEntry>;
  /** How often the step has committed in this execution before. */
  readonly round: number;
}

/**
 * `<txnId>-<step>`. A state of another name, a Map item and each further round of a loop start executions of their own;
 * a hash then keeps `a-1` of item 2 apart from `a` of item 1-2. Rounds are counted in commits, not by the entry's time:
 * a redriven state has another time, and still finds what it started before it failed.
 */
export const executionName = ({ txnId, step, entry, round }: Starter): string => {
  const marks = [
    ...(entry.state === undefined || entry.state === step ? [] : [entry.state.replace(/[^A-Za-z0-9_-]/g, "_")]),
    ...(entry.item === undefined ? [] : [entry.item]),
    ...(round === 0 ? [] : [round]),
  ];
  const readable = [txnId, step, ...marks].join("-");
  if (marks.length === 0 && readable.length <= MAX_NAME_LENGTH) return readable;
  const identity = JSON.stringify([txnId, step, entry.state ?? step, entry.item ?? null, round]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, HASH_LENGTH);
  return `${readable.slice(0, MAX_NAME_LENGTH - HASH_LENGTH - 1)}-${hash}`;
};

/** @returns the execution's ARN, also where it was started before */
export const startExecution = async (
  client: SFNClient,
  stateMachineArn: string,
  execution: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> },
): Promise<string> => {
  // Loaded when called: few steps start machines, and the client is large.
  const { StartExecutionCommand } = await import("@aws-sdk/client-sfn");
  const input = JSON.stringify(execution.payload);
  const command = new StartExecutionCommand({ stateMachineArn, name: execution.name, input });
  try {
    const { executionArn } = await client.send(command);
    return executionArn ?? executionArnOf(stateMachineArn, execution.name);
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionAlreadyExists") {
      return executionArnOf(stateMachineArn, execution.name);
    }
    throw error;
  }
};

/** A version's or an alias's qualifier is not part of the execution's ARN. */
const executionArnOf = (stateMachineArn: string, name: string): string => {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(":");
  return [arn, partition, service, region, account, "execution", machine, name].join(":");
};
