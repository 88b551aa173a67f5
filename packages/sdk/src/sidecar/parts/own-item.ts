import type { ItemPath } from "../../item-paths.js";
import { isObject } from "../../json-object.js";
import { type ItemReader, missingItem, ownIndex } from "../../own-items.js";
import type { SidecarLocation } from "../store.js";
import { keptPart } from "./kept-parts.js";
import { parsePart } from "./parse-part.js";
import { INPUT_NAME, partName } from "./part-name.js";
import { getPart } from "./part-store.js";

/**
 * What lies under a key, with the item of the invocation in place of the array at `path`: a piece of a part, or of the
 * input, or the part of that one item where a Map has written the array.
 *
 * @returns `undefined` where nothing lies under the key
 */
export const readOwnItem = async (location: SidecarLocation, path: ItemPath, reader: ItemReader): Promise<unknown> => {
  const [key, ...below] = path;
  const place = { path: below, index: ownIndex(reader, path), txnId: location.txnId };
  const checked = (value: unknown) => {
    if (valueAt(value, below) === undefined) throw missingItem(reader, path);
    return value;
  };
  const part = await keptPart(location, partName(key));
  if (part !== undefined) return checked(part.json.withElement(place));
  const input = await keptPart(location, INPUT_NAME);
  if (input?.json.has(key)) {
    const values = input.json.withElement({ ...place, path: [key, ...below] });
    return checked(isObject(values) ? values[key] : undefined);
  }
  const item = below.length > 0 ? undefined : await getPart(location, partName(key, place.index));
  return item && parsePart(item, location.txnId);
};

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
