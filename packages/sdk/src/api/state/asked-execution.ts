import { executionArnOf } from "../../execution-arn.js";
import { NAME_PATTERN } from "../../names.js";
import { Problem } from "../http/problem.js";
import type { HttpRequest } from "../http/request.js";

/** Names of executions, as Step Functions takes them; only what could not stand in an ARN is excluded. */
const EXECUTION_NAME = /^[^\s:/\\<>{}[\]?*"#%^|~`$&,;\p{Cc}]{1,80}$/u;

/**
 * The execution that the query names: one of this machine. What another machine does is not shown, whatever the
 * function's role may see.
 *
 * @throws Problem `invalid-request`
 */
export const askedExecution = ({ query }: HttpRequest, stateMachineArn: string): string => {
  const { executionArn, transactionId } = query;
  if ((executionArn === undefined) === (transactionId === undefined)) {
    throw new Problem("invalid-request", "Give either executionArn or transactionId in the query.");
  }
  if (transactionId !== undefined) {
    if (NAME_PATTERN.test(transactionId)) return executionArnOf(stateMachineArn, transactionId);
    throw new Problem("invalid-request", "transactionId must be 1 to 64 characters A-Z a-z 0-9 _ -.");
  }
  const prefix = executionArnOf(stateMachineArn, "");
  if (executionArn?.startsWith(prefix) && EXECUTION_NAME.test(executionArn.slice(prefix.length))) return executionArn;
  throw new Problem("invalid-request", "executionArn is not the ARN of an execution of this process.");
};
