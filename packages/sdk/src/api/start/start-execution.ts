import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { executionArnOf } from "../../execution-arn.js";
import { type Layout, sidecarKey } from "../../sidecar/layout.js";

export interface Start {
  readonly stateMachineArn: string;
  readonly txnId: string;
  readonly layout: Layout;
  readonly subtopic: string | undefined;
}

/**
 * Starts the execution that is named after the transaction, or finds it: one that is running by Step Functions' own
 * rule for the same name and input, one that has ended by the error that says so.
 *
 * @returns the execution's ARN
 */
export const startTransaction = async (
  client: SFNClient,
  { stateMachineArn, txnId, layout, subtopic }: Start,
): Promise<string> => {
  const input = JSON.stringify({ processData: sidecarKey(txnId, layout), ...(subtopic !== undefined && { subtopic }) });
  const executionArn = executionArnOf(stateMachineArn, txnId);
  try {
    const started = await client.send(new StartExecutionCommand({ stateMachineArn, name: txnId, input }));
    return started.executionArn ?? executionArn;
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionAlreadyExists") return executionArn;
    throw error;
  }
};
