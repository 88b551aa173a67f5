import { INPUT } from "./expressions.js";
import type { AslStates, Emission } from "./types.js";

/**
 * Catchers and Choice rules need the name of a state to go to. Where a chain ends its scope there is none, so one that
 * does nothing is added.
 */
export function namedNext({ name, next }: Emission): {
  readonly next: { readonly Next: string };
  readonly states: AslStates;
} {
  if ("Next" in next) return { next, states: [] };
  const end = `${name}-end`;
  return { next: { Next: end }, states: [[end, { Type: "Pass", Output: INPUT, End: true }, "if reached"]] };
}
