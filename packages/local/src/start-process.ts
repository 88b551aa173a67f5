import { type FlowDefinition, layoutOf, NAME_PATTERN, newTransactionId } from "@sfs3/sdk/flow";
import type { Deployment } from "./deploy.js";
import type { LocalStack } from "./stack.js";

/** A process that was started. */
export interface StartedProcess {
  readonly txnId: string;
  readonly executionArn: string;
}

export interface StartProcessOptions {
  readonly flow: FlowDefinition;
  /** The process's input, valid for the flow's schema. */
  readonly input: unknown;
  /** Narrows the topic, `[A-Za-z0-9_-]{1,64}`. Default: none. */
  readonly subtopic?: string;
}

/**
 * Starts a process: writes its sidecar, then starts the execution that is named after the transaction.
 *
 * @throws Error for a flow that is not deployed, or a subtopic that is none; nothing is written then
 *
 * @example
 * ```ts
 * import { startProcess } from "@sfs3/local";
 *
 * const { txnId, executionArn } = await startProcess(stack, deployment, {
 *   flow: orders,
 *   input: { orderId: "17" },
 *   subtopic: "worker1",
 * });
 * const { status } = await stack.stepFunctions.completion(executionArn);
 * ```
 */
export async function startProcess(
  stack: LocalStack,
  { bucket, stateMachineArns }: Deployment,
  { flow, input, subtopic }: StartProcessOptions,
): Promise<StartedProcess> {
  const stateMachineArn = stateMachineArns[flow.name];
  if (stateMachineArn === undefined) throw new Error(`${flow.name} is not deployed. Deploy it with deployFlows first.`);
  if (subtopic !== undefined && !NAME_PATTERN.test(subtopic)) {
    throw new Error(`${JSON.stringify(subtopic)} is no subtopic. Use 1 to 64 characters A-Z a-z 0-9 _ -.`);
  }
  const txnId = newTransactionId();
  const isInParts = layoutOf(flow) === "parts";
  const payload = { processData: isInParts ? `${txnId}/` : txnId, ...(subtopic !== undefined && { subtopic }) };
  const key = isInParts ? `${txnId}/input.json` : txnId;
  await stack.s3.putObject(bucket, key, Buffer.from(JSON.stringify(input)), { contentType: "application/json" });
  const started = await stack.stepFunctions.startExecution({
    stateMachineArn,
    name: txnId,
    input: JSON.stringify(payload),
  });
  return { txnId, executionArn: started.executionArn };
}
