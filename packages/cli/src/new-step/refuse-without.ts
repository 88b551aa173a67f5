import { type FlowDefinition, renderAsl } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { loadFlowModule, selectFlow } from "../flow-module.js";
import { forgetModules } from "../forget-modules.js";
import type { Io } from "../io.js";
import type { Process } from "../scaffold/find-process.js";

/**
 * Looks whether a flow, as its source is now, has a step and can be generated, though no module of the project's
 * definitions may export it.
 *
 * @returns the flow with the step
 * @throws `CliError` or `FlowDefinitionError` where it has not, or cannot
 */
export async function refuseWithout(
  step: string,
  { modulePath, exportName }: Process,
  io: Io,
): Promise<FlowDefinition> {
  forgetModules(io.cwd);
  const { flow } = selectFlow(await loadFlowModule(modulePath, io), exportName);
  renderAsl(flow);
  if (Object.hasOwn(flow.handlers, step)) return flow;
  throw new CliError(
    `${flow.name} has no step '${step}' after the change of its source. Does its template name it so?`,
  );
}
