import { contextObject } from "./context-object.js";
import { StateFailure } from "./errors.js";
import type { Json } from "./json.js";
import type { Bindings, Evaluation } from "./jsonata.js";
import type { StateEntry } from "./state.js";

/** What `$states` holds beside input and context, where the field may see it. */
export interface StateValues {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/** How a state's expressions see the world on this visit. */
export function evaluationOf(entry: StateEntry, values: StateValues = {}): Evaluation {
  const bindings: Bindings = Object.create(entry.line.variables);
  bindings.states = { input: entry.input, context: stateContext(entry), ...values };
  return {
    bindings,
    host: entry.line.run,
    failure: (error, text, location) => runtimeFailure(entry, error, text, { location }),
  };
}

export const stateContext = (entry: StateEntry) =>
  contextObject(entry.line.run.context, {
    name: entry.name,
    enteredTime: entry.enteredTime,
    retryCount: entry.retryCount,
    mapItem: entry.line.mapItem,
    taskToken: entry.taskToken,
  });

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
