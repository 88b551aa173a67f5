import { type Chain, everyState, type FlowState } from "./state.js";

/**
 * The name of every state. Steps, callbacks and states that their author named keep their name; the others are counted
 * by kind in the order of writing: `parallel-1`, `wait-2`.
 */
export function nameStates(chain: Chain): ReadonlyMap<FlowState, string> {
  const names = new Map<FlowState, string>();
  const counts = new Map<string, number>();
  for (const state of everyState(chain)) names.set(state, ownName(state) ?? counted(state.kind, counts));
  return names;
}

function ownName(state: FlowState): string | undefined {
  if (state.as !== undefined) return state.as;
  if (state.kind === "step" || state.kind === "callback") return state.step.options.name;
  return undefined;
}

function counted(kind: string, counts: Map<string, number>): string {
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  return `${kind}-${count}`;
}

/** The variables in which repeats count their rounds: `rounds1`, `rounds2`, in the order of writing. */
export function nameCounters(chain: Chain): ReadonlyMap<FlowState, string> {
  const repeats = [...everyState(chain)].filter(({ kind }) => kind === "repeat");
  return new Map(repeats.map((state, index) => [state, `rounds${index + 1}`]));
}
