import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { executionArnOf } from "../../execution-arn.js";

export interface Start {
  readonly stateMachineArn: string;
  readonly txnId: string;
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
  { stateMachineArn, txnId, subtopic }: Start,
): Promise<string> => {
  const input = JSON.stringify({ processData: txnId, ...(subtopic !== undefined && { subtopic }) });
  const executionArn = executionArnOf(stateMachineArn, txnId);
  try {
    const started = await client.send(new StartExecutionCommand({ stateMachineArn, name: txnId, input }));
    return started.executionArn ?? executionArn;
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionAlreadyExists") return executionArn;
    throw error;
  }
};
