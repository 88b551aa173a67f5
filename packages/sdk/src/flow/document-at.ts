import type { FlowPlace } from "./check/checked.js";
import { checkInputs, type Document } from "./check/inputs.js";
import { refusal } from "./refusal.js";
import type { FlowDefinition } from "./state.js";
import { nameStates } from "./state-names.js";

/**
 * What the sidecar holds when a process comes to a place in its flow: what a step that stood there could read.
 *
 * @param place in one of the chains of `flow` itself: those of flows that it starts are not looked into
 * @throws `FlowDefinitionError` for a flow in which a step reads what it cannot find, or a place that is not in it
 *
 * @example
 * ```ts
 * import { documentAt } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * const atTheEnd = documentAt(orders, { chain: orders.states, position: orders.states.length });
 * console.log([...atTheEnd.keys()]); // ["orderId", "reserve-output"]
 * ```
 */
export function documentAt(flow: FlowDefinition, { chain, position }: FlowPlace): Document {
  const names = nameStates(flow.states);
  let found: Document | undefined;
  checkInputs({
    flow,
    nameOf: (state) => names.get(state) ?? state.kind,
    visit: (place, document) => {
      if (place.chain === chain && place.position === position) found = new Map(document);
    },
  });
  if (found === undefined)
    throw refusal(`${flow.name} has no such place.`, "Take a chain of the flow, and a position in it.");
  return found;
}
