import { refusal } from "../refusal.js";
import type { AslState, EmittedChain } from "./types.js";

/** A chain as ASL nests it: in a branch, in an item processor, in the machine itself. */
export function sequenceOf({ entry, states }: EmittedChain): {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
} {
  if (!("Next" in entry)) throw refusal("A branch without a state.", "Add one, or leave the branch out.");
  return { StartAt: entry.Next, States: Object.fromEntries(states) };
}
