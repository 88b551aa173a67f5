import { type FlowDefinition, functionPlaceholder, stateMachinePlaceholder } from "@sfs3/sdk/flow";
import { CliError } from "../../cli-error.js";
import type { Finding } from "../finding.js";
import { finding } from "./rules.js";

const PLACEHOLDER = /\$\{([A-Za-z0-9]+?(FunctionArn|StateMachineArn))\}/g;

/**
 * What an older definition calls and today's flows do not have. Of the data a definition says nothing.
 *
 * @param path for messages
 * @throws `CliError` for a definition in which ARNs stand already, so that it does not say which step is which
 */
export function againstAsl(text: string, flows: readonly FlowDefinition[], path: string): readonly Finding[] {
  const called = new Map([...text.matchAll(PLACEHOLDER)].map(([, name = "", kind]) => [name, kind]));
  if (called.size === 0) {
    throw new CliError(`${path} calls nothing by a placeholder. Give the file that gen-asl wrote, or sfs3.lock.json.`);
  }
  const there = new Set([
    ...flows.flatMap(({ handlers }) => Object.keys(handlers).map(functionPlaceholder)),
    ...flows.map(({ name }) => stateMachinePlaceholder(name)),
  ]);
  const flow = flows.map(({ name }) => name).join(", ");
  return [...called]
    .filter(([name]) => !there.has(name))
    .map(([name, kind]) =>
      kind === "FunctionArn"
        ? finding("in-flight-step-removed", {
            flow,
            message: `${path} calls \${${name}}, and no step has that name any more. Deploy it until executions in flight have ended.`,
          })
        : finding("in-flight-flow-removed", {
            flow,
            message: `${path} starts \${${name}}, and no flow has that name any more. Export it until executions in flight have ended.`,
          }),
    );
}
