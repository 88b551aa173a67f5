import { dirname, resolve } from "node:path";
import { everyState, type FlowDefinition } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { flowModule } from "../flow-module.js";
import loadModule from "../load-module.js";
import { bucketResources } from "./bucket.js";
import { functionEntries } from "./functions.js";
import { flowId, type Template } from "./names.js";
import { roleResources, type Started } from "./roles.js";
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
 * of its name, or a flow that is started and not exported by the module
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
    const started = startsOf(flow, flows, starts[flow.name] ?? []);
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

function startsOf(flow: FlowDefinition, flows: readonly FlowDefinition[], byName: readonly string[]): Started {
  const starts = [...everyState(flow.states)].filter((state) => state.kind === "start");
  for (const { flow: started } of starts) checkExported(flow, started, flows);
  const distinct = (states: typeof starts) => [...new Set(states.map((state) => state.flow))];
  return {
    bySteps: byName.map((name) => flowNamed(name, flows)),
    byStates: distinct(starts),
    waitedFor: distinct(starts.filter(({ wait }) => wait)),
  };
}

function checkExported(flow: FlowDefinition, started: FlowDefinition, flows: readonly FlowDefinition[]): void {
  if (flows.includes(started)) return;
  throw new CliError(
    `${flow.name} starts ${started.name}, which is not deployed with it. Export it from the same module.`,
  );
}

function flowNamed(name: string, flows: readonly FlowDefinition[]): FlowDefinition {
  const found = flows.find((flow) => flow.name === name);
  if (found !== undefined) return found;
  const names = flows.map((flow) => flow.name).join(", ");
  throw new CliError(`starts: no flow is named '${name}'. The module exports ${names}.`);
}
