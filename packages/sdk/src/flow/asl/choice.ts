import type { ChoiceState } from "../state.js";
import { jsonata } from "./expressions.js";
import { namedNext } from "./named-next.js";
import type { AslStates, Emission } from "./types.js";

/** A Choice; every way that does not end the process meets the others at the state behind it. */
export function choiceState(emission: Emission<ChoiceState>): AslStates {
  const { state, name } = emission;
  const after = namedNext(emission);
  const ways = state.cases.map(({ when, run }) => ({ when, way: emission.emitChain(run, after.next) }));
  const otherwise = emission.emitChain(state.otherwise, after.next);
  const choice = {
    Type: "Choice",
    Choices: ways.map(({ when, way }) => ({ Condition: jsonata(when.jsonata), ...way.entry })),
    Default: "Next" in otherwise.entry ? otherwise.entry.Next : undefined,
  };
  return [[name, choice], ...ways.flatMap(({ way }) => way.states), ...otherwise.states, ...after.states];
}
