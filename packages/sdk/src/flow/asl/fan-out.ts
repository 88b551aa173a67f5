import { ITEMS_ROUTE } from "../../counted-items.js";
import { type MappedArray, mappedArrays } from "../document/mapped-array.js";
import { layoutOf } from "../layout.js";
import { type Chain, everyState, type FlowDefinition } from "../state.js";
import { text } from "./expressions.js";
import type { FanOut } from "./types.js";

export function fanOutOf(flow: FlowDefinition): FanOut {
  const arrays = mappedArrays(flow);
  const byMap = new Map(arrays.map((array) => [array.map.name, array]));
  const counted = arrays.filter(({ map }) => map.count === undefined);
  return {
    layout: layoutOf(flow),
    arrayOf: (map) => byMap.get(map),
    countedBy: (step) => [...new Set(counted.filter((array) => isWrittenBy(array, step)).map(({ map }) => map.over))],
  };
}

const isWrittenBy = ({ slot }: MappedArray, step: string): boolean =>
  slot.writers.some((writer) => typeof writer === "object" && writer.step === step);

/** Whether a chain has a step that counts, or a map that says how many items its outputs have. */
export const setsItems = (chain: Chain, { layout, countedBy }: FanOut): boolean =>
  [...everyState(chain)].some(
    (state) =>
      (state.kind === "map" && layout === "parts") ||
      (state.kind === "step" && countedBy(state.step.options.name).length > 0),
  );

/** How many items an array has, where a step has counted them. */
export const countedItems = (over: string): string => `$lookup(${routeOf(ITEMS_ROUTE)}, ${text(over)})`;

/** What the payload's route has under a name, with more in it. */
export const grownRoute = (name: string, more: readonly string[]): string =>
  `${text(name)}: $merge([${[routeOf(name), ...more].join(", ")}])`;

const routeOf = (name: string): string => `$states.input.route.\`${name}\``;
