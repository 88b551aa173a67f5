import { CATCH_ALL } from "./end.js";
import { INPUT } from "./expressions.js";
import { namedNext } from "./named-next.js";
import type { AslStates, Emission } from "./types.js";

/** The Catch of a state that can fail, and the states of its recoveries. */
export function catchers(emission: Emission): { readonly Catch?: readonly object[]; readonly states: AslStates } {
  const { state, scope, redrivable } = emission;
  const announces = scope.top && !redrivable;
  if (state.catchers.length === 0) return { ...(announces && { Catch: [CATCH_ALL] }), states: [] };
  const after = namedNext(emission);
  const recoveries = state.catchers.map(({ errors, recovery }) => ({
    errors,
    chain: emission.emitChain(recovery, after.next),
  }));
  const own = recoveries.map(({ errors, chain }) => ({ ErrorEquals: errors, Output: INPUT, ...chain.entry }));
  const catchesAll = state.catchers.some((catcher) => catcher.errors.includes("States.ALL"));
  return {
    Catch: announces && !catchesAll ? [...own, CATCH_ALL] : own,
    states: [...recoveries.flatMap(({ chain }) => chain.states), ...after.states],
  };
}
