import { runtimeFailure, stateContext } from "../evaluation.js";
import type { Json, JsonObject } from "../json.js";
import type { StateValues } from "../query-language.js";
import type { StateEntry } from "../state.js";
import type { Bindings, Evaluation } from "./expression.js";

/** How a state's expressions see the world on this visit. */
export function evaluationOf(entry: StateEntry, values: StateValues = {}): Evaluation {
  const bindings: Bindings = Object.create(entry.line.variables);
  bindings.states = reservedVariable(entry, values);
  return {
    bindings,
    host: entry.line.run,
    failure: (error, text, location) => runtimeFailure(entry, error, text, { location }),
  };
}

/** `$states`; most expressions never look at its context. */
function reservedVariable(entry: StateEntry, values: StateValues) {
  let context: JsonObject | undefined;
  return {
    input: entry.input,
    get context(): Json {
      context ??= stateContext(entry);
      return context;
    },
    ...values,
  };
}
