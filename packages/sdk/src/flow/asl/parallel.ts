import { GAPS_ROUTE, ITEMS_ROUTE, MAPPED_ROUTE } from "../../counted-items.js";
import { everyState, type ParallelState, routeName } from "../state.js";
import { catchers } from "./catch.js";
import { INPUT, jsonata, text } from "./expressions.js";
import { grownRoute, setsItems } from "./fan-out.js";
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
    Output: withRoutes(emission),
    ...caught,
    ...next,
  };
  return [[name, parallel], ...states];
}

/** The payload with the route values that the branches set, each from the branch that set it. */
function withRoutes({ state, fanOut }: Emission<ParallelState>): string {
  const routes = state.branches.flatMap((branch, index) => {
    const names = new Set([...everyState(branch)].flatMap((inner) => routeName(inner) ?? []));
    return [...names].map((name) => `${text(name)}: $states.result[${index}].route.\`${name}\``);
  });
  const counting = [...state.branches.keys()].filter((index) => setsItems(state.branches[index] ?? [], fanOut));
  const grown = [ITEMS_ROUTE, MAPPED_ROUTE, GAPS_ROUTE].map((name) =>
    grownRoute(
      name,
      counting.map((index) => `$states.result[${index}].route.\`${name}\``),
    ),
  );
  const all = [...routes, ...(counting.length > 0 ? grown : [])];
  if (all.length === 0) return INPUT;
  return jsonata(`$merge([$states.input, {"route": $merge([$states.input.route, {${all.join(", ")}}])}])`);
}
