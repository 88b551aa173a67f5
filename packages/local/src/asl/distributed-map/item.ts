import type { MapItem } from "../context-object.js";
import { isList, type Json, type JsonObject } from "../json.js";

/** One item of a distributed Map's dataset. */
export interface Item {
  readonly value: Json;
  /** Of a dataset that is a JSON object. */
  readonly key?: string | undefined;
  /** `STATE_DATA`, or the S3 object that it comes from. */
  readonly source: string;
}

/** What a child works on where no ItemSelector says otherwise. */
export const itemInput = ({ key, value }: Item): Json => (key === undefined ? value : { Key: key, Value: value });

/** `$$.Map.Item`. Source: Developer Guide, "Accessing execution data from the Context object". */
export const mapItemOf = ({ key, value, source }: Item, index: number): MapItem => ({
  Index: index,
  ...(key !== undefined && { Key: key }),
  Value: value,
  Source: source,
});

/** The items of a list, or of an object's entries. */
export function* itemsIn(dataset: readonly Json[] | JsonObject, source: string): Generator<Item> {
  if (isList(dataset)) for (const value of dataset) yield { value, source };
  else for (const [key, value] of Object.entries(dataset)) yield { key, value, source };
}
