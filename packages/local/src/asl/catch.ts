import { errorOutput, matchesErrorEquals, type StateFailure } from "./errors.js";
import type { Fields } from "./fields.js";
import type { Conclude, QueryLanguage } from "./query-language.js";
import { isAbsentOrEmpty, readErrorEquals } from "./retry.js";
import type { StateEntry, Transition } from "./state.js";

/** One Catcher. Source: ASL, "Fallback states". */
export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly conclude: Conclude;
}

export function readCatch(fields: Fields, language: QueryLanguage): readonly Catcher[] {
  if (isAbsentOrEmpty(fields, "Catch")) return [];
  return fields.list("Catch").map((catcher, index, all) => readCatcher(catcher, index === all.length - 1, language));
}

function readCatcher(fields: Fields, isLast: boolean, language: QueryLanguage): Catcher {
  const errorEquals = readErrorEquals(fields, isLast);
  const next = fields.string("Next");
  const conclude = language.conclusion(fields, next, "error");
  fields.optionalString("Comment");
  fields.close(`a ${language.name} Catcher`);
  return { errorEquals, next, conclude };
}

/** Takes the failure to the first matching Catcher's state; undefined where none matches. */
export function catchFailure(
  catchers: readonly Catcher[],
  entry: StateEntry,
  failure: StateFailure,
): Transition | Promise<Transition> | undefined {
  const catcher = catchers.find(({ errorEquals }) => matchesErrorEquals(failure, errorEquals));
  if (catcher === undefined) return undefined;
  const output = errorOutput(failure);
  return catcher.conclude(entry, { errorOutput: output }, output);
}
