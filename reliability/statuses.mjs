import { paginateListExecutions, SFNClient } from "@aws-sdk/client-sfn";

/** How clients of the stack are made beside its address; while it is away they try again. */
export const LOCAL = {
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 10,
};

/** The status of each execution of a process, by its ARN. */
export const statusesOf = async (stack, name) => {
  const client = new SFNClient({ ...LOCAL, endpoint: stack.ready.url });
  const { stateMachineArn } = stack.ready.processes.find((process) => process.name === name);
  const statuses = new Map();
  for await (const page of paginateListExecutions({ client }, { stateMachineArn, maxResults: 1_000 })) {
    for (const { executionArn, status } of page.executions ?? []) statuses.set(executionArn, status);
  }
  return statuses;
};
