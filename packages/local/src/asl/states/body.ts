import { catchFailure, readCatch } from "../catch.js";
import type { Compilation } from "../compilation.js";
import type { Fields } from "../fields.js";
import type { Conclude, QueryLanguage } from "../query-language.js";
import { readRetry, startRetries } from "../retry.js";
import type { Recovery, State } from "../state.js";

/** What a state type's compiler makes of its own fields. */
export type StateBody = Pick<State, "targets" | "ends" | "recovery" | "run">;

export interface StateSource {
  readonly fields: Fields;
  readonly language: QueryLanguage;
  readonly compilation: Compilation;
}

export type CompileState = (source: StateSource) => StateBody;

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

export const NO_RECOVERY: Recovery = { startRetries: () => () => undefined, catch: () => undefined };

/** How a state that can fail goes on: Retry, Catch, Next, and what it makes of its result. */
export function readRecoverable(
  { fields, language }: StateSource,
  run: (conclude: Conclude) => State["run"],
): StateBody {
  const retriers = readRetry(fields);
  const catchers = readCatch(fields, language);
  const next = readNext(fields);
  return {
    targets: [...(next === undefined ? [] : [next]), ...catchers.map((catcher) => catcher.next)],
    ends: next === undefined,
    recovery: {
      startRetries: () => startRetries(retriers),
      catch: (entry, failure) => catchFailure(catchers, entry, failure),
    },
    run: run(language.conclusion(fields, next, "result")),
  };
}

/** How a state that nothing outside can make fail goes on. */
export function readPassing(
  { fields, language }: StateSource,
  kind: "pass" | "input",
  run: (conclude: Conclude) => State["run"],
): StateBody {
  const next = readNext(fields);
  return {
    targets: next === undefined ? [] : [next],
    ends: next === undefined,
    recovery: NO_RECOVERY,
    run: run(language.conclusion(fields, next, kind)),
  };
}
