import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type FlowDefinition,
  functionPlaceholder,
  renderAsl,
  SIDECAR_BUCKET_PLACEHOLDER,
  stateMachinePlaceholder,
} from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { arnOf, logicalIds, machineArn, machineName, type Template } from "./names.js";
import { hasDistributedMap } from "./roles.js";

/**
 * The machine of a flow, as serverless-step-functions has it: from the generated definition, so that what is deployed is
 * what was reviewed.
 *
 * @throws `CliError` where the definition is not that of the flow
 */
export function stateMachine(flow: FlowDefinition, definitions: string): Template {
  const path = join(definitions, `${flow.name}.asl.json`);
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (text !== renderAsl(flow)) {
    const problem = text === undefined ? "does not exist" : "is not what the flow says";
    throw new CliError(`${path} ${problem}. Generate it: sfs3 gen-asl <module> --all --out <folder>`);
  }
  const { machine, machineRole } = logicalIds(flow);
  return { id: machine, name: machineName(flow), role: arnOf(machineRole), definition: JSON.parse(text) };
}

/** What CloudFormation puts in place of the definition's placeholders. */
export function substitutions(flow: FlowDefinition, started: readonly FlowDefinition[]): Template {
  const ids = logicalIds(flow);
  const functions = Object.keys(flow.handlers).map((step) => [functionPlaceholder(step), arnOf(ids.function(step))]);
  const machines = started.map((other) => [stateMachinePlaceholder(other.name), machineArn(other)]);
  const bucket = hasDistributedMap(flow) ? [[SIDECAR_BUCKET_PLACEHOLDER, { Ref: ids.bucket }]] : [];
  return {
    [ids.machine]: {
      Properties: { DefinitionSubstitutions: Object.fromEntries([...functions, ...machines, ...bucket]) },
    },
  };
}
