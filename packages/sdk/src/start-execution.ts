import { createHash } from "node:crypto";
import type { SFNClient, StartExecutionCommandInput } from "@aws-sdk/client-sfn";
import { Sfs3Error } from "./errors.js";
import { executionArnOf } from "./execution-arn.js";
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
 * `<txnId>-<step>`. A state of another name, a Map item, each further round of a loop and an execution that is not named
 * after the transaction start executions of their own; a hash then keeps `a-1` of item 2 apart from `a` of item 1-2.
 * Rounds are counted in commits, not by the entry's time: a redriven state has another time, and still finds what it
 * started before it failed.
 */
export const executionName = ({ txnId, step, entry, round }: Starter): string => {
  const marks = [
    ...(entry.state === undefined || entry.state === step ? [] : [entry.state.replace(/[^A-Za-z0-9_-]/g, "_")]),
    ...(entry.item === undefined ? [] : [entry.item]),
    ...(round === 0 ? [] : [round]),
  ];
  const readable = [txnId, step, ...marks].join("-");
  const others = otherExecution(txnId, entry);
  if (marks.length + others.length === 0 && readable.length <= MAX_NAME_LENGTH) return readable;
  const identity = JSON.stringify([txnId, step, entry.state ?? step, entry.item ?? null, round, ...others]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, HASH_LENGTH);
  return `${readable.slice(0, MAX_NAME_LENGTH - HASH_LENGTH - 1)}-${hash}`;
};

/** Several executions may share one sidecar; the one that is named after the transaction needs no mark. */
const otherExecution = (txnId: string, { execution }: Partial<StateEntry>): readonly string[] =>
  execution === undefined || execution.endsWith(`:${txnId}`) ? [] : [execution];

type Start = (stateMachineArn: string, payload: Readonly<Record<string, unknown>>) => Promise<string>;

/** Starts executions for one invocation of a step, of each machine one. */
export const createStart = (sfn: () => Promise<SFNClient>, starter: Starter): Start => {
  const name = executionName(starter);
  const calls = new Map<string, string>();
  return async (stateMachineArn, payload) => {
    const executionArn = executionArnOf(stateMachineArn, name);
    const input = JSON.stringify(payload);
    const call = JSON.stringify([stateMachineArn, input]);
    if ((calls.get(executionArn) ?? call) !== call) throw secondStart(starter.step, stateMachineArn);
    calls.set(executionArn, call);
    return (await startOnce(await sfn(), { stateMachineArn, name, input })) ?? executionArn;
  };
};

const secondStart = (step: string, stateMachineArn: string): Sfs3Error =>
  new Sfs3Error(
    "StepConfigurationError",
    `Step '${step}' starts ${stateMachineArn} a second time, with another payload. A step starts a machine once, so that ` +
      "a retry finds the execution: start the second one in a step of its own, or one for each item in a Map.",
  );

/** @returns the execution's ARN; `undefined` where it was started before */
const startOnce = async (client: SFNClient, execution: StartExecutionCommandInput): Promise<string | undefined> => {
  // Loaded when called: few steps start machines, and the client is large.
  const { StartExecutionCommand } = await import("@aws-sdk/client-sfn");
  try {
    return (await client.send(new StartExecutionCommand(execution))).executionArn;
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionAlreadyExists") return undefined;
    throw error;
  }
};
