import { type ContextState, contextObject } from "./context-object.js";
import { asStateFailure, StateFailure } from "./errors.js";
import type { JsonObject } from "./json.js";
import { QueryFailure } from "./jsonpath/query-failure.js";
import type { StateEntry } from "./state.js";

/** `$states.context`, or `$$` in JSONPath, on this visit. */
export function stateContext(entry: StateEntry): JsonObject {
  const { line, name, enteredAt, retryCount, taskToken } = entry;
  const state: ContextState = { name, enteredAt, retryCount, mapItem: line.mapItem, taskToken };
  return contextObject(line.run.context, state);
}

/** A failure of the state itself, in AWS's words. */
export const runtimeFailure = (
  entry: StateEntry,
  error: string,
  text: string,
  options: { location?: string; catchable?: boolean } = {},
) =>
  new StateFailure(
    error,
    `An error occurred while executing the state '${entry.name}' (entered at the event id #${entry.enteredEventId}). ${text}`,
    options,
  );

/** The one border where what was thrown on a visit becomes the state's failure. */
export const stateFailure = (entry: StateEntry, thrown: unknown): StateFailure =>
  thrown instanceof QueryFailure ? queryFailure(entry, thrown) : asStateFailure(thrown);

// What the service itself trips over at run time, no Catcher sees.
const queryFailure = (entry: StateEntry, { error, text }: QueryFailure) =>
  runtimeFailure(entry, error, text, { catchable: error !== "States.Runtime" });
