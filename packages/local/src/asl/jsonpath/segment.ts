import { isJsonObject, type Json } from "../json.js";

/** Whether a filter accepts a value; `root` is what `$` means inside the filter. */
export type Filter = (value: Json, root: Json) => boolean;

/** One step of a JSONPath. */
export type Segment =
  | { readonly kind: "properties"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  | { readonly kind: "descendants" }
  | { readonly kind: "filter"; readonly accepts: Filter; readonly on: "items" | "self" }
  | { readonly kind: "function"; readonly name: string };

/** A step to one property or item. */
export type Key = string | number;

/** The only key of a step that can lead to one place; undefined for any other step. */
export function singleKey(segment: Segment): Key | undefined {
  if (segment.kind === "properties" && segment.names.length === 1) return segment.names[0];
  if (segment.kind === "indexes" && segment.indexes.length === 1) return segment.indexes[0];
  return undefined;
}

/** A definite path gives one value or fails; any other gives a list, empty at worst. */
export const isDefinite = (segments: readonly Segment[]) =>
  segments.every(
    (segment, position) =>
      singleKey(segment) !== undefined ||
      segment.kind === "function" ||
      // Several names at the end are read as one object of them.
      (segment.kind === "properties" && position === segments.length - 1),
  );

/** The value at a key; undefined where there is none. Inherited properties are none. */
export function valueAt(value: Json, key: Key): Json | undefined {
  if (typeof key === "number") return Array.isArray(value) ? value[key < 0 ? value.length + key : key] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Goes from key to key, which is all that almost any path asks for: no allocation. */
export function follow(document: Json, keys: readonly Key[]): Json | undefined {
  let value: Json | undefined = document;
  for (const key of keys) {
    value = valueAt(value, key);
    if (value === undefined) return undefined;
  }
  return value;
}
