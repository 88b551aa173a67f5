import { stateMachineVariable } from "@sfs3/sdk/flow";
import type { ExportedFlow } from "../../flow-module.js";

/** What a deployment gives a function besides: the machines that it may start, those of the module beside its own. */
export const machineVariables = (
  flows: readonly ExportedFlow[],
  executionArn: string,
): Readonly<Record<string, string>> => {
  const [arn, partition, service, region, account] = executionArn.split(":");
  const machine = (name: string) => [arn, partition, service, region, account, "stateMachine", name].join(":");
  return Object.fromEntries(flows.map(({ flow }) => [stateMachineVariable(flow.name), machine(flow.name)]));
};

/**
 * Runs `work` with more variables in the environment of this process, where a handler looks for them. What the user has
 * set stays as it is.
 */
export async function withVariables<T>(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const absent = Object.entries(variables).filter(([name]) => process.env[name] === undefined);
  Object.assign(process.env, Object.fromEntries(absent));
  try {
    return await work();
  } finally {
    for (const [name] of absent) delete process.env[name];
  }
}
