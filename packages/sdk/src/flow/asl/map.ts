import type { MapState } from "../state.js";
import { catchers } from "./catch.js";
import { INPUT, jsonata } from "./expressions.js";
import { sequenceOf } from "./sequence.js";
import type { AslStates, Emission } from "./types.js";

/** An inline Map over the indexes of an array that lies in the sidecar; every item gets the payload as it is. */
export function mapState(emission: Emission<MapState>): AslStates {
  const { state, name, next } = emission;
  const body = emission.emitChain(state.body, { End: true }, { top: false, insideMap: true });
  const { states, ...caught } = catchers(emission);
  const map = {
    Type: "Map",
    Items: jsonata(`$type(${state.count}) = "number" ? [0..${state.count} - 1] : $error("the map has no count")`),
    ItemSelector: INPUT,
    ...(state.maxConcurrency > 0 && { MaxConcurrency: state.maxConcurrency }),
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...sequenceOf(body) },
    Output: INPUT,
    ...caught,
    ...next,
  };
  return [[name, map], ...states];
}
