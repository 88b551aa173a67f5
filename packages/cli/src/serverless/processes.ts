import { dirname, resolve } from "node:path";
import { type FlowDefinition, renderAsl, stateMachinePlaceholder } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { flowModule } from "../flow-module.js";
import loadModule from "../load-module.js";
import { bucketResources } from "./bucket.js";
import { functionEntries } from "./functions.js";
import { flowId, type Template } from "./names.js";
import { roleResources } from "./roles.js";
import { stateMachine, substitutions } from "./state-machine.js";

/** How {@link serverlessProcesses} describes the processes. */
export interface ServerlessOptions {
  /** The folder of `serverless.yml`, from which paths are told. Default: the working directory. */
  readonly folder?: string;
  /** Folder of the generated definitions, from `folder`. Default: `asl`. */
  readonly definitions?: string;
  /**
   * By flow name, the flows that its steps start with `startExecution`: the steps get the ARNs of their machines as
   * `<FLOW>_STATE_MACHINE_ARN`, and may start them. What a `start` state starts is known without. Default: none.
   */
  readonly starts?: Readonly<Record<string, readonly string[]>>;
}

/** Parts of a `serverless.yml`, as osls and serverless-step-functions read them. */
export interface ServerlessProcesses {
  readonly functions: Template;
  readonly stateMachines: Template;
  readonly resources: Template;
}

/**
 * What the Serverless Framework's open-source fork `osls` deploys for the flows of a module: a function a step, a machine
 * a flow by the definition that `sfs3 gen-asl` wrote, and for each flow a private bucket and two roles. The steps of a
 * flow read and write its bucket and publish below its topic root; its machine invokes its functions, publishes there,
 * and starts what its states start.
 *
 * @param module path of the file that exports the flows
 * @throws `CliError` for a module that exports no flow, a definition that is missing or stale, a step that is in no file
 * of its name, or a flow to start that the module does not export
 *
 * @example
 * ```ts
 * import { serverlessProcesses } from "@sfs3/cli/serverless";
 *
 * const { functions, stateMachines, resources } = await serverlessProcesses("src/flows.ts");
 * ```
 */
export async function serverlessProcesses(
  module: string,
  options: ServerlessOptions = {},
): Promise<ServerlessProcesses> {
  const { folder = process.cwd(), definitions = "asl", starts = {} } = options;
  const path = resolve(folder, module);
  const flows = flowModule(path, await loadModule(path)).flows.map(({ flow }) => flow);
  const parts = flows.map(async (flow) => {
    const started = {
      bySteps: (starts[flow.name] ?? []).map((name) => flowNamed(name, flows)),
      byStates: startedByStates(flow, flows),
    };
    return {
      functions: await functionEntries(flow, { started: started.bySteps, folder, sources: dirname(path) }),
      stateMachines: { [flowId(flow)]: stateMachine(flow, resolve(folder, definitions)) },
      resources: { ...bucketResources(flow), ...roleResources(flow, started) },
      extensions: substitutions(flow, started.byStates),
    };
  });
  const processes = await Promise.all(parts);
  const resources = merge(processes.map((process) => process.resources));
  const extensions = merge(processes.map((process) => process.extensions));
  return {
    functions: merge(processes.map((process) => process.functions)),
    stateMachines: merge(processes.map((process) => process.stateMachines)),
    resources: { Resources: resources, extensions },
  };
}

const merge = (templates: readonly Template[]): Template => Object.assign({}, ...templates);

/** The flows whose machines the definition names. */
function startedByStates(flow: FlowDefinition, flows: readonly FlowDefinition[]): readonly FlowDefinition[] {
  const placeholders = renderAsl(flow).matchAll(/\$\{(\w+StateMachineArn)\}/g);
  return [...new Set([...placeholders].map(([, name]) => name))].map((placeholder) => {
    const found = flows.find(({ name }) => stateMachinePlaceholder(name) === placeholder);
    if (found !== undefined) return found;
    throw new CliError(`${flow.name} starts the machine \${${placeholder}}. Export that flow from the same module.`);
  });
}

function flowNamed(name: string, flows: readonly FlowDefinition[]): FlowDefinition {
  const found = flows.find((flow) => flow.name === name);
  if (found !== undefined) return found;
  const names = flows.map((flow) => flow.name).join(", ");
  throw new CliError(`starts: no flow is named '${name}'. The module exports ${names}.`);
}
