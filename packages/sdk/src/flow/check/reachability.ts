import { type AslState, type Chain, type FlowState, innerChains } from "../state.js";
import type { Checked, Problems } from "./checked.js";

/** States behind a point where the process has ended on every path. */
export function* checkReachability(chain: Chain, checked: Checked): Problems {
  for (const [index, state] of chain.entries()) {
    yield* checkEnd(state, chain[index + 1], checked);
    for (const inner of innerChains(state)) yield* checkReachability(inner, checked);
  }
}

function* checkEnd(state: FlowState, following: FlowState | undefined, { flow, nameOf }: Checked): Problems {
  const rule = "unreachable-state";
  const at = { flow: flow.name, state: nameOf(following ?? state) };
  if (state.kind === "repeat" && chainEnds(state.body)) {
    const what = `${flow.name}: the repeat '${nameOf(state)}' ends the process in its first round.`;
    const wayOut = "End only one way of a choice in it, or leave the repeat out.";
    yield { rule, flow: flow.name, state: nameOf(state), what, wayOut };
  }
  if (following === undefined) return;
  const unreachable = `${flow.name}: the state '${nameOf(following)}' is unreachable,`;
  if (state.kind === "state" && leadsElsewhere(state, nameOf(following))) {
    const what = `${unreachable} the 'Next' of '${nameOf(state)}' leads elsewhere.`;
    yield { rule, ...at, what, wayOut: "Leave 'Next' out, it is filled in." };
  }
  if (endsHere(state)) {
    const what = `${unreachable} '${nameOf(state)}' ends the process before it.`;
    yield { rule, ...at, what, wayOut: "Remove it, or move it before the end." };
  }
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
