import { refusal } from "../refusal.js";
import { type AslState, type Chain, type FlowState, innerChains } from "../state.js";
import type { Checked } from "./checked.js";

/** Refuses states behind a point where the process has ended on every path. */
export function checkReachability(chain: Chain, checked: Checked): void {
  chain.forEach((state, index) => {
    const following = chain[index + 1];
    if (state.kind === "repeat" && chainEnds(state.body)) {
      throw refusal(
        `${checked.flow.name}: the repeat '${checked.nameOf(state)}' ends the process in its first round.`,
        "End only one way of a choice in it, or leave the repeat out.",
      );
    }
    if (state.kind === "state" && following !== undefined && leadsElsewhere(state, checked.nameOf(following))) {
      throw refusal(
        `${checked.flow.name}: the state '${checked.nameOf(following)}' is unreachable, the 'Next' of '${checked.nameOf(state)}' leads elsewhere.`,
        "Leave 'Next' out, it is filled in.",
      );
    }
    if (following !== undefined && endsHere(state)) {
      throw refusal(
        `${checked.flow.name}: the state '${checked.nameOf(following)}' is unreachable, '${checked.nameOf(state)}' ends the process before it.`,
        "Remove it, or move it before the end.",
      );
    }
    for (const inner of innerChains(state)) checkReachability(inner, checked);
  });
}

const leadsElsewhere = ({ asl }: AslState, following: string): boolean => "Next" in asl && asl.Next !== following;

/** Whether no path goes on behind a state. */
export function endsHere(state: FlowState): boolean {
  switch (state.kind) {
    case "succeed":
    case "fail":
      return true;
    case "choice":
      return [...state.cases.map((way) => way.run), state.otherwise].every(chainEnds);
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
