import { isJsonObject, type Json } from "../json.js";

/** Functions that end a path. Undefined: the path finds nothing. */
export const PATH_FUNCTIONS: Readonly<Record<string, (value: Json) => Json | undefined>> = {
  length: (value) => lengthOf(value) ?? null,
  keys: (value) => (isJsonObject(value) ? Object.keys(value) : undefined),
  // The service's JSON nodes are no numbers to its JSONPath library: these never find any.
  min: () => undefined,
  max: () => undefined,
  avg: () => undefined,
  stddev: () => undefined,
  sum: () => undefined,
};

function lengthOf(value: Json): number | undefined {
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}
