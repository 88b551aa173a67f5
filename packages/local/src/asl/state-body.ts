import { catchFailure, readCatch } from "./catch.js";
import type { Compilation } from "./compilation.js";
import type { Fields } from "./fields.js";
import { readRetry, startRetries } from "./retry.js";
import type { Recovery, State } from "./state.js";

/** What a state type's compiler makes of its own fields. */
export type StateBody = Pick<State, "targets" | "ends" | "recovery" | "run">;

export type CompileState = (fields: Fields, compilation: Compilation) => StateBody;

/** `Next`, or undefined where `End` is true; a state has exactly one of them. */
export function readNext(fields: Fields): string | undefined {
  const next = fields.optionalString("Next");
  const end = fields.take("End");
  if (end !== undefined && typeof end !== "boolean") return fields.refuse("End", "a boolean is expected");
  if (next !== undefined && end === true) return fields.refuse("Next", "a state cannot have both Next and End");
  if (next === undefined && end !== true)
    return fields.refuse("Next", "MISSING_TRANSITION_TARGET: Next or End is required");
  return next;
}

export const nextTargets = (next: string | undefined): readonly string[] => (next === undefined ? [] : [next]);

export const NO_RECOVERY: Recovery = { startRetries: () => () => undefined, catch: () => undefined };

export function readRecovery(
  fields: Fields,
  compilation: Compilation,
): Recovery & { readonly targets: readonly string[] } {
  const retriers = readRetry(fields);
  const catchers = readCatch(fields, compilation);
  return {
    targets: catchers.map(({ next }) => next),
    startRetries: () => startRetries(retriers),
    catch: (entry, failure) => catchFailure(catchers, entry, failure),
  };
}
