import type { Compilation } from "./compilation.js";
import { type Conclusion, conclude, readConclusion } from "./conclusion.js";
import { errorOutput, matchesErrorEquals, type StateFailure } from "./errors.js";
import type { Fields } from "./fields.js";
import { isAbsentOrEmpty, readErrorEquals } from "./retry.js";
import type { StateEntry, Transition } from "./state.js";

/** One Catcher. Source: ASL, "Fallback states". */
export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly conclusion: Conclusion;
}

export function readCatch(fields: Fields, compilation: Compilation): readonly Catcher[] {
  if (isAbsentOrEmpty(fields, "Catch")) return [];
  return fields.list("Catch").map((catcher, index, all) => readCatcher(catcher, index === all.length - 1, compilation));
}

function readCatcher(fields: Fields, isLast: boolean, compilation: Compilation): Catcher {
  const errorEquals = readErrorEquals(fields, isLast);
  const next = fields.string("Next");
  const conclusion = readConclusion(fields, compilation, next);
  fields.optionalString("Comment");
  fields.close("a Catcher");
  return { errorEquals, next, conclusion };
}

/** Takes the failure to the first matching Catcher's state; undefined where none matches. */
export function catchFailure(
  catchers: readonly Catcher[],
  entry: StateEntry,
  failure: StateFailure,
): Promise<Transition> | undefined {
  const catcher = catchers.find(({ errorEquals }) => matchesErrorEquals(failure, errorEquals));
  if (catcher === undefined) return undefined;
  const output = errorOutput(failure);
  return conclude(entry, catcher.conclusion, { errorOutput: output }, output);
}
