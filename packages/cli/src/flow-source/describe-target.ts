import { type FlowDefinition, nameStates } from "@sfs3/sdk/flow";
import type { Target } from "./place.js";

/** Where a step goes, for a reader of the flow: `after 'reserve'`. */
export function describeTarget(flow: FlowDefinition, { chain, position, newBranch }: Target): string {
  const names = nameStates(flow.states);
  const nameAt = (index: number): string | undefined => {
    const state = chain[index];
    return state === undefined ? undefined : `'${names.get(state) ?? state.kind}'`;
  };
  if (newBranch) return `in a new branch of ${nameAt(position)}`;
  const [before, behind] = [nameAt(position - 1), nameAt(position)];
  if (before !== undefined) return `after ${before}`;
  if (behind !== undefined) return `before ${behind}`;
  return chain === flow.states ? "as the first state" : "in the branch that is empty";
}
