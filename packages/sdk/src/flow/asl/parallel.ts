import { everyState, type ParallelState, routeName } from "../state.js";
import { catchers } from "./catch.js";
import { INPUT, jsonata } from "./expressions.js";
import { sequenceOf } from "./sequence.js";
import type { AslStates, Emission } from "./types.js";

/** A Parallel: what the branches return is dropped, but for the route values that they may have set. */
export function parallelState(emission: Emission<ParallelState>): AslStates {
  const { state, name, next } = emission;
  const scope = { ...emission.scope, top: false };
  const branches = state.branches.map((branch) => emission.emitChain(branch, { End: true }, scope));
  const { states, ...caught } = catchers(emission);
  const parallel = {
    Type: "Parallel",
    Branches: branches.map(sequenceOf),
    Output: setsRoute(state) ? ROUTES_MERGED : INPUT,
    ...caught,
    ...next,
  };
  return [[name, parallel], ...states];
}

const ROUTES_MERGED = jsonata(`$merge([$states.input, {"route": $merge($states.result.route)}])`);

const setsRoute = ({ branches }: ParallelState): boolean =>
  branches.some((branch) => [...everyState(branch)].some((state) => routeName(state) !== undefined));
