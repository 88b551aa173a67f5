import { isJsonObject, type Json } from "../json.js";
import { parseSegments } from "./path-parser.js";
import { QueryFailure } from "./query-failure.js";
import { createReader } from "./reader.js";
import { follow, type Key, singleKey, valueAt } from "./segment.js";

/** A path that names exactly one place, as in ResultPath. */
export interface ReferencePath {
  get(root: Json): Json | undefined;
  /**
   * A new root with the value at this place; it shares all the rest with the old one. Missing objects on the way are made.
   *
   * @throws QueryFailure where the way leads through something that is neither object nor list
   */
  set(root: Json, value: Json): Json;
}

/** @throws Error if the text is not a reference path */
export function compileReferencePath(text: string): ReferencePath {
  const keys = parseKeys(text);
  return {
    get: (root) => follow(root, keys),
    set: (root, value) => setAt(root, keys, 0, value),
  };
}

function parseKeys(text: string): readonly Key[] {
  if (!text.startsWith("$")) throw new Error(`Value is not a Reference Path: Reference path didn't start with '$'`);
  const reader = createReader(text);
  reader.expect("$");
  try {
    const keys = parseSegments(reader, { embedded: false }).map((segment) => {
      const key = singleKey(segment);
      return key === undefined || (typeof key === "number" && key < 0)
        ? reader.fail("a reference path names one place: neither *, .., filters, slices, lists nor functions")
        : key;
    });
    if (!reader.atEnd()) reader.fail("the path cannot go on like this");
    return keys;
  } catch (error) {
    throw new Error(`Value is not a Reference Path: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function setAt(root: Json, keys: readonly Key[], depth: number, value: Json): Json {
  const key = keys[depth];
  if (key === undefined) return value;
  if (typeof key === "number") return setItem(root, key, (item) => setAt(item, keys, depth + 1, value));
  if (!isJsonObject(root)) throw conflict(key, root);
  // A computed key: `__proto__` becomes a property like any other.
  return { ...root, [key]: setAt(valueAt(root, key) ?? {}, keys, depth + 1, value) };
}

function setItem(root: Json, index: number, change: (item: Json) => Json): Json {
  if (!Array.isArray(root) || index >= root.length) throw conflict(index, root);
  const items: Json[] = [...root];
  items[index] = change(root[index]);
  return items;
}

const conflict = (key: Key, input: Json) =>
  new QueryFailure("States.ReferencePathConflict", `Unable to apply step "${key}" to input ${JSON.stringify(input)}`);
