import type { Layout } from "../sidecar/layout.js";
import { everyState, type FlowDefinition } from "./state.js";
import { nameStates } from "./state-names.js";
import { writersOf } from "./writers.js";

/** So many steps that write one document at once seldom get in each other's way. */
const MAX_WRITERS_OF_A_DOCUMENT = 2;

/** A map is a reason of its own. */
const NO_ITEMS = () => 0;

/**
 * The layout of a flow's sidecars: the one that its author chose, or else `parts` where the flow, or one that it starts,
 * has a map or more than two steps side by side, and `document` where it has not.
 *
 * @example
 * ```ts
 * import { layoutOf } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * console.log(layoutOf(orders)); // "document"
 * ```
 */
export const layoutOf = (flow: FlowDefinition): Layout =>
  flow.layout ?? (reasonForParts(flow) === undefined ? "document" : "parts");

/**
 * Why a flow is laid out in parts although its author chose no layout, as the rest of a sentence; `undefined` where it
 * is a document, or the choice was the author's.
 *
 * @example
 * ```ts
 * import { whyParts } from "@sfs3/sdk/flow";
 * import { orders } from "./flow.js";
 *
 * console.log(whyParts(orders)); // "each item of the map 'map-1' writes a part of its own"
 * ```
 */
export const whyParts = (flow: FlowDefinition): string | undefined =>
  flow.layout === undefined ? reasonForParts(flow) : undefined;

function reasonForParts({ states }: FlowDefinition): string | undefined {
  const names = nameStates(states);
  for (const state of everyState(states)) {
    const name = names.get(state) ?? state.kind;
    if (state.kind === "map") return `each item of the map '${name}' writes a part of its own`;
    const writers = writersOf(state, NO_ITEMS);
    if (state.kind === "parallel" && writers > MAX_WRITERS_OF_A_DOCUMENT) {
      return `${writers} steps of the parallel '${name}' write at once`;
    }
    if (state.kind === "start" && layoutOf(state.flow) === "parts") {
      return `the flow that '${name}' starts on the same sidecar has parts`;
    }
  }
  return undefined;
}
