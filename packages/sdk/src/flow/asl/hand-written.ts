import type { AslState as HandWritten } from "../state.js";
import { catchers } from "./catch.js";
import type { AslState, AslStates, Emission } from "./types.js";

const CAN_FAIL = new Set(["Task", "Parallel", "Map"]);
const ENDS_BY_ITSELF = new Set(["Choice", "Succeed", "Fail"]);

/** A state as its author wrote it; what it leaves open about errors and what comes next is filled in. */
export function handWrittenState(emission: Emission<HandWritten>): AslStates {
  const { state, name, next } = emission;
  const { states, ...caught } = catchers(emission);
  const type = String(state.asl.Type);
  const open = !("Next" in state.asl || "End" in state.asl || ENDS_BY_ITSELF.has(type));
  const usesJsonata = state.asl.QueryLanguage === undefined || state.asl.QueryLanguage === "JSONata";
  const catches = CAN_FAIL.has(type) && usesJsonata && !("Catch" in state.asl);
  const written: AslState = { ...state.asl, ...(catches && caught), ...(open && next) };
  return [[name, written], ...states];
}
