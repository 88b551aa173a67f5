import { GAPS_ROUTE, MAPPED_ROUTE } from "../../counted-items.js";
import type { MapState } from "../state.js";
import { catchers } from "./catch.js";
import { distributedMap } from "./distributed-map.js";
import { INPUT, jsonata, text } from "./expressions.js";
import { countedItems, grownRoute } from "./fan-out.js";
import { sequenceOf } from "./sequence.js";
import type { AslState, AslStates, Emission } from "./types.js";

/** A Map over the indexes of an array that lies in the sidecar; every item gets the payload as it is. */
export function mapState(emission: Emission<MapState>): AslStates {
  const { state, name, next } = emission;
  const count = state.count ?? countedItems(state.over);
  const { distributed } = state;
  const items =
    distributed === undefined ? inlineMap(emission, count) : distributedMap(emission, { distributed, count });
  const { states, ...caught } = catchers(emission);
  return [[name, { Type: "Map", ...items, Output: output(emission, count), ...caught, ...next }], ...states];
}

function inlineMap(emission: Emission<MapState>, count: string): AslState {
  const { state, fanOut } = emission;
  const item = {
    index: "$states.context.Map.Item.Index",
    count: fanOut.layout === "parts" ? count : undefined,
  };
  const body = emission.emitChain(state.body, { End: true }, { ...emission.scope, top: false, item });
  return {
    Items: jsonata(`$type(${count}) = "number" ? [0..${count} - 1] : $error("the map has no count")`),
    ItemSelector: INPUT,
    ...(state.maxConcurrency > 0 && { MaxConcurrency: state.maxConcurrency }),
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...sequenceOf(body) },
  };
}

/**
 * The payload as it was. Of arrays in parts it says how many items they have, and where some may be missing: what is
 * not there yet has no part that could tell.
 */
function output({ fanOut, name }: Emission<MapState>, count: string): string {
  const outputs = [...(fanOut.arrayOf(name)?.outputs ?? [])];
  if (fanOut.layout === "document" || outputs.length === 0) return INPUT;
  const counts = outputs.map(([key]) => `${text(key)}: ${count}`);
  const gaps = outputs.filter(([, slot]) => slot.gaps).map(([key]) => `${text(key)}: true`);
  const routes = [
    grownRoute(MAPPED_ROUTE, [`{${counts.join(", ")}}`]),
    ...(gaps.length > 0 ? [grownRoute(GAPS_ROUTE, [`{${gaps.join(", ")}}`])] : []),
  ];
  return jsonata(`$merge([$states.input, {"route": $merge([$states.input.route, {${routes.join(", ")}}])}])`);
}
