import { refusal } from "../refusal.js";
import { type Chain, type FlowState, innerChains } from "../state.js";
import type { Checked } from "./checked.js";

/** Refuses states behind a point where the process has ended on every path. */
export function checkReachability(chain: Chain, checked: Checked): void {
  chain.forEach((state, index) => {
    const following = chain[index + 1];
    if (following !== undefined && endsHere(state)) {
      throw refusal(
        `${checked.flow.name}: the state '${checked.nameOf(following)}' is unreachable, '${checked.nameOf(state)}' ends the process before it.`,
        "Remove it, or move it before the end.",
      );
    }
    for (const inner of innerChains(state)) checkReachability(inner, checked);
  });
}

/** Whether no path goes on behind a state. */
export function endsHere(state: FlowState): boolean {
  switch (state.kind) {
    case "succeed":
    case "fail":
      return true;
    case "choice":
      return [...state.cases.map((way) => way.run), state.otherwise].every(chainEnds);
    case "repeat":
      return chainEnds(state.body);
    case "state":
      return "End" in state.asl || state.asl.Type === "Succeed" || state.asl.Type === "Fail";
    default:
      return false;
  }
}

export const chainEnds = (chain: Chain): boolean => {
  const last = chain.at(-1);
  return last !== undefined && endsHere(last);
};
