import type { FlowDefinition } from "../state.js";
import { toAsl } from "./definition.js";
import { everyAslState } from "./every-asl-state.js";
import { hindranceOf } from "./express-hindrances.js";

/**
 * Why a flow cannot run as an Express machine, as the rest of a sentence; `undefined` where nothing is against it. States
 * written by hand are looked at too.
 *
 * @throws `FlowDefinitionError` for a flow of which no definition can be made
 *
 * @example
 * ```ts
 * import { notExpress } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * console.log(notExpress(orders) ?? "Standard or Express, as you like"); // 'approve' waits for a callback
 * ```
 */
export function notExpress(flow: FlowDefinition): string | undefined {
  if (flow.redrivable) return "it is redrivable, and no Express execution can be redriven";
  for (const [name, state] of everyAslState(Object.entries(toAsl(flow).States))) {
    const hindrance = hindranceOf(state);
    if (hindrance !== undefined) return `'${name}' ${hindrance}`;
  }
  return undefined;
}
