import { type FlowDefinition, newTransactionId } from "@sfs3/sdk/flow";
import type { Deployment } from "./deploy.js";
import type { LocalStack } from "./stack.js";

/** A process that was started. */
export interface StartedProcess {
  readonly txnId: string;
  readonly executionArn: string;
}

/**
 * Starts a process: writes its sidecar, then starts the execution that is named after the transaction.
 *
 * @param input the process's input, valid for the flow's schema
 */
export async function startProcess(
  stack: LocalStack,
  { bucket, stateMachineArns }: Deployment,
  { flow, input, subtopic }: { readonly flow: FlowDefinition; readonly input: unknown; readonly subtopic?: string },
): Promise<StartedProcess> {
  const stateMachineArn = stateMachineArns[flow.name];
  if (stateMachineArn === undefined) throw new Error(`${flow.name} is not deployed. Deploy it with deployFlows first.`);
  const txnId = newTransactionId();
  const payload = { processData: txnId, ...(subtopic !== undefined && { subtopic }) };
  await stack.s3.putObject(bucket, txnId, Buffer.from(JSON.stringify(input)), { contentType: "application/json" });
  const started = await stack.stepFunctions.startExecution({
    stateMachineArn,
    name: txnId,
    input: JSON.stringify(payload),
  });
  return { txnId, executionArn: started.executionArn };
}
