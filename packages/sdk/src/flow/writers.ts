import type { Chain, FlowState, MapState } from "./state.js";

/** How many items of a map are counted as working at once. */
type ItemsAtOnce = (map: MapState) => number;

/**
 * How many steps of a state may write to the sidecar at the same time: those of its branches together, and those of the
 * flow that it starts.
 */
export function writersOf(state: FlowState, itemsAtOnce: ItemsAtOnce): number {
  const recoveries = state.catchers.map(({ recovery }) => writersAtOnce(recovery, itemsAtOnce));
  return Math.max(ownWriters(state, itemsAtOnce), ...recoveries);
}

const writersAtOnce = (chain: Chain, itemsAtOnce: ItemsAtOnce): number =>
  Math.max(0, ...chain.map((state) => writersOf(state, itemsAtOnce)));

function ownWriters(state: FlowState, itemsAtOnce: ItemsAtOnce): number {
  const atOnce = (chain: Chain) => writersAtOnce(chain, itemsAtOnce);
  switch (state.kind) {
    case "step":
    case "callback":
      return 1;
    case "parallel":
      return state.branches.reduce((sum, branch) => sum + atOnce(branch), 0);
    case "choice":
      return Math.max(...[...state.cases.map(({ run }) => run), state.otherwise].map(atOnce));
    case "map":
      return itemsAtOnce(state) * atOnce(state.body);
    case "repeat":
      return atOnce(state.body);
    case "start":
      return atOnce(state.flow.states);
    case "state":
      return state.writes === undefined ? 0 : 1;
    default:
      return 0;
  }
}
