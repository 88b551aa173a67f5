import { relative, sep } from "node:path";
import { type FlowDefinition, functionTimeouts, stateMachineVariable } from "@sfs3/sdk/flow";
import { arnOf, functionKey, logicalIds, machineArn, type Template } from "./names.js";
import { findStep } from "./step-module.js";

export interface FunctionSettings {
  /** Flows that the steps start themselves. */
  readonly started: readonly FlowDefinition[];
  /** The folder of `serverless.yml`. */
  readonly folder: string;
  /** The folder below which the steps are. */
  readonly sources: string;
}

/** The functions of a flow's steps, as `serverless.yml` has them. */
export async function functionEntries(flow: FlowDefinition, settings: FunctionSettings): Promise<Template> {
  const { stepRole } = logicalIds(flow);
  const environment = environmentOf(flow, settings.started);
  const entries = Object.entries(functionTimeouts(flow)).map(async ([step, timeoutSeconds]) => {
    const handler = await handlerOf(flow, step, settings);
    return [functionKey(flow, step), { handler, timeout: timeoutSeconds, role: arnOf(stepRole), environment }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** `src/orders/steps/reserve.reserve` */
async function handlerOf(flow: FlowDefinition, step: string, { folder, sources }: FunctionSettings): Promise<string> {
  const { path, exportName } = await findStep(flow, step, sources);
  const module = relative(folder, path).split(sep).join("/");
  return `${module.replace(/\.[cm]?[jt]s$/, "")}.${exportName}`;
}

const environmentOf = (flow: FlowDefinition, started: readonly FlowDefinition[]): Template => ({
  BUCKET_NAME: { Ref: logicalIds(flow).bucket },
  TOPIC_ROOT: flow.topicRoot,
  SFS3_PROCESS: flow.name,
  NODE_OPTIONS: "--enable-source-maps",
  ...Object.fromEntries(started.map((other) => [stateMachineVariable(other.name), machineArn(other)])),
});
