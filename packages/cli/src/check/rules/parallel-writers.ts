import { layoutOf, nameStates, writersOf } from "@sfs3/sdk/flow";
import type { Rule } from "../rule.js";

/** So many items of an inline Map run at once where nothing is said. Source: AWS Step Functions, "Map state processing modes". */
const INLINE_MAP_CONCURRENCY = 40;

export const parallelWriters: Rule = {
  name: "parallel-writers",
  severity: "warning",
  summary: "Few writers at once share a sidecar that is one document: each that comes too late writes again.",
  *check({ flow, limits }) {
    if (layoutOf(flow) === "parts") return;
    const names = nameStates(flow.states);
    for (const state of flow.states) {
      const writers = writersOf(state, itemsAtOnce);
      if (writers <= limits.parallelWriters) continue;
      const name = names.get(state) ?? state.kind;
      yield {
        flow: flow.name,
        state: name,
        message: `${flow.name}, '${name}': up to ${writers} steps write one document at once, and more than ${limits.parallelWriters} are many. Lower maxConcurrency, or have the flow keep its data in parts.`,
      };
    }
  },
};

const itemsAtOnce = ({ maxConcurrency }: { readonly maxConcurrency: number }): number =>
  maxConcurrency || INLINE_MAP_CONCURRENCY;
