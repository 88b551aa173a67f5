import { isJsonObject, type Json } from "../json.js";
import { parseSegments } from "./path-parser.js";
import { QueryFailure } from "./query-failure.js";
import { createReader } from "./reader.js";
import { follow, type Key, singleKey, valueAt } from "./segment.js";

/** A path that names exactly one place, as in ResultPath. */
export interface ReferencePath {
  get(root: Json): Json | undefined;
  /**
   * The value at this place, as for ItemsPath.
   *
   * @throws QueryFailure where there is none
   */
  read(root: Json): Json;
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
    read: (root) => readAt(root, keys),
    set: (root, value) => changed(root, 0, { keys, root, value }),
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

function readAt(root: Json, keys: readonly Key[]): Json {
  let value = root;
  for (const key of keys) {
    const next = valueAt(value, key);
    if (next === undefined) throw conflict(key, root);
    value = next;
  }
  return value;
}

/** Where a change is made: the input it started from is what a conflict tells of. */
interface Change {
  readonly keys: readonly Key[];
  readonly root: Json;
  readonly value: Json;
}

function changed(current: Json, depth: number, change: Change): Json {
  const key = change.keys[depth];
  if (key === undefined) return change.value;
  if (typeof key === "number") return changedList(current, { index: key, depth }, change);
  if (!isJsonObject(current)) throw conflict(key, change.root);
  // A computed key: `__proto__` becomes a property like any other.
  return { ...current, [key]: changed(valueAt(current, key) ?? {}, depth + 1, change) };
}

function changedList(current: Json, { index, depth }: { index: number; depth: number }, change: Change): Json {
  const item = valueAt(current, index);
  if (!Array.isArray(current) || item === undefined) throw conflict(index, change.root);
  const items: Json[] = [...current];
  items[index] = changed(item, depth + 1, change);
  return items;
}

const conflict = (key: Key, input: Json) =>
  new QueryFailure("States.ReferencePathConflict", `Unable to apply step "${key}" to input ${JSON.stringify(input)}`);
