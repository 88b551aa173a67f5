import { refusal } from "../refusal.js";
import type { AslState, AslStates, EmittedChain } from "./types.js";

/** A chain as ASL nests it: in a branch, in an item processor, in the machine itself. */
export function sequenceOf({ entry, states }: EmittedChain): {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
} {
  if (!("Next" in entry)) throw refusal("A branch without a state.", "Add one, or leave the branch out.");
  return { StartAt: entry.Next, States: Object.fromEntries(reached(states)) };
}

/** Leaves out the states that are kept only if reached, where nothing leads to them. */
export function reached(states: AslStates): AslStates {
  const targets = new Set(states.filter(([, , kept]) => kept === undefined).flatMap(([, state]) => targetsOf(state)));
  return states.filter(([name, state, kept]) => {
    if (kept === undefined) return true;
    if (!targets.has(name)) return false;
    for (const target of targetsOf(state)) targets.add(target);
    return true;
  });
}

/** Where a state may go. */
const targetsOf = ({ Next, Default, Choices = [], Catch = [] }: AslState): readonly unknown[] => [
  Next,
  Default,
  ...[Choices, Catch].flat().map((way) => Reflect.get(Object(way), "Next")),
];
