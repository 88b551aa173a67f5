import { createHash } from "node:crypto";
import { type FlowDefinition, functionPlaceholder, functionTimeouts } from "@sfs3/sdk/flow";

/** The function that a step of a flow becomes. */
export interface FlowFunction {
  readonly name: string;
  readonly step: string;
  /** What stands in the flow's definition for the function's ARN. */
  readonly placeholder: string;
  readonly timeoutSeconds: number;
}

export const functionsOf = (flow: FlowDefinition): readonly FlowFunction[] =>
  Object.entries(functionTimeouts(flow)).map(([step, timeoutSeconds]) => ({
    name: functionName(flow.name, step),
    step,
    placeholder: functionPlaceholder(step),
    timeoutSeconds,
  }));

/** Lambda's limit of a function's name. Unit: characters. */
const MAX_FUNCTION_NAME_LENGTH = 64;

/**
 * `<flow>-<step>`, where that says which is which: a hyphen in the flow's name could as well begin the step's, and what
 * is too long has to be cut. A hash, of a text that only these two make, tells those apart.
 */
function functionName(flow: string, step: string): string {
  const name = `${flow}-${step}`;
  return flow.includes("-") || name.length > MAX_FUNCTION_NAME_LENGTH ? hashed(name, `${flow}/${step}`) : name;
}

/** The function that announces a flow's ends; no step has its name, for none is without a name. */
export const notifierName = ({ name }: FlowDefinition): string => hashed(`${name}-status-notifier`, `${name}/`);

function hashed(name: string, identity: string): string {
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 8);
  return `${name.slice(0, MAX_FUNCTION_NAME_LENGTH - hash.length - 1)}-${hash}`;
}
