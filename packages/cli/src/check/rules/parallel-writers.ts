import { type ChainOutline, layoutOf, type StateOutline } from "@sfs3/sdk/flow";
import type { Rule } from "../rule.js";

/** So many items of an inline Map run at once where nothing is said. Source: AWS Step Functions, "Map state processing modes". */
const INLINE_MAP_CONCURRENCY = 40;

export const parallelWriters: Rule = {
  name: "parallel-writers",
  severity: "warning",
  summary: "Few writers at once share a sidecar that is one document: each that comes too late writes again.",
  *check({ flow, outline, limits }) {
    if (layoutOf(flow) === "parts") return;
    for (const state of outline.states) {
      const writers = writersOf(state);
      if (writers <= limits.parallelWriters) continue;
      yield {
        flow: flow.name,
        state: state.name,
        message: `${flow.name}, '${state.name}': up to ${writers} steps write one document at once, and more than ${limits.parallelWriters} are many. Lower maxConcurrency, or have the flow keep its data in parts.`,
      };
    }
  },
};

const writersAtOnce = (chain: ChainOutline): number => Math.max(0, ...chain.map(writersOf));

function writersOf(state: StateOutline): number {
  const recoveries = (state.catches ?? []).map(({ run }) => writersAtOnce(run));
  return Math.max(ownWriters(state), ...recoveries);
}

function ownWriters(state: StateOutline): number {
  switch (state.kind) {
    case "step":
    case "callback":
      return 1;
    case "parallel":
      return state.branches.reduce((sum, branch) => sum + writersAtOnce(branch), 0);
    case "choice":
      return Math.max(...[...state.cases.map(({ run }) => run), state.otherwise].map(writersAtOnce));
    case "map":
      return (state.maxConcurrency || INLINE_MAP_CONCURRENCY) * writersAtOnce(state.each);
    case "repeat":
      return writersAtOnce(state.round);
    case "state":
      return state.writes === undefined ? 0 : 1;
    default:
      return 0;
  }
}
