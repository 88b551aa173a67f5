import type { Fixed, WaitState } from "../state.js";
import { jsonata } from "./expressions.js";
import type { AslStates, Emission } from "./types.js";

const value = (fixed: Fixed<string | number>): string | number =>
  "fixed" in fixed ? fixed.fixed : jsonata(fixed.jsonata);

export function waitState({ state, name, next }: Emission<WaitState>): AslStates {
  const wait =
    "seconds" in state.wait ? { Seconds: value(state.wait.seconds) } : { Timestamp: value(state.wait.until) };
  return [[name, { Type: "Wait", ...wait, ...next }]];
}
