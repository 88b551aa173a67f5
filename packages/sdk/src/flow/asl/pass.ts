import type { PassState } from "../state.js";
import { INPUT, text } from "./expressions.js";
import { withRoute } from "./task.js";
import type { AslStates, Emission } from "./types.js";

export function passState({ state, name, next }: Emission<PassState>): AslStates {
  const values = Object.entries(state.route).map(([key, value]) => `${text(key)}: ${JSON.stringify(value)}`);
  const output = values.length === 0 ? INPUT : withRoute(name, `{${values.join(", ")}}`);
  return [[name, { Type: "Pass", Output: output, ...next }]];
}
