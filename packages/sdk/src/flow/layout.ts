import type { Layout } from "../sidecar/layout.js";
import { type Chain, everyState, type FlowDefinition, type FlowState } from "./state.js";
import { nameStates } from "./state-names.js";

/** So many steps that write one document at once seldom get in each other's way. */
const MAX_WRITERS_OF_A_DOCUMENT = 2;

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
    if (state.kind === "parallel" && writersOf(state) > MAX_WRITERS_OF_A_DOCUMENT) {
      return `${writersOf(state)} steps of the parallel '${name}' write at once`;
    }
    if (state.kind === "start" && layoutOf(state.flow) === "parts") {
      return `the flow that '${name}' starts on the same sidecar has parts`;
    }
  }
  return undefined;
}

/** How many steps may write at the same time. */
const writersAtOnce = (chain: Chain): number => Math.max(0, ...chain.map(writersOf));

function writersOf(state: FlowState): number {
  const recoveries = state.catchers.map(({ recovery }) => writersAtOnce(recovery));
  return Math.max(ownWriters(state), ...recoveries);
}

function ownWriters(state: FlowState): number {
  switch (state.kind) {
    case "step":
    case "callback":
      return 1;
    case "parallel":
      return state.branches.reduce((sum, branch) => sum + writersAtOnce(branch), 0);
    case "choice":
      return Math.max(...[...state.cases.map(({ run }) => run), state.otherwise].map(writersAtOnce));
    case "repeat":
      return writersAtOnce(state.body);
    case "start":
      return writersAtOnce(state.flow.states);
    case "state":
      return state.writes === undefined ? 0 : 1;
    default:
      return 0;
  }
}
