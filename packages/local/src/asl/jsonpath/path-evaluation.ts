import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { PATH_FUNCTIONS } from "./path-function.js";
import { follow, isDefinite, type Key, type Segment, singleKey, valueAt } from "./segment.js";

/** Looks in a document; undefined where a definite path finds nothing. */
export type Find = (document: Json, root: Json) => Json | undefined;

/** Adds what lies behind a value to the matches. */
type Collect = (value: Json, matches: Json[], root: Json) => void;

export function findIn(segments: readonly Segment[]): Find {
  const keys = segments.map(singleKey).filter((key): key is Key => key !== undefined);
  if (keys.length === segments.length) return (document) => follow(document, keys);
  const collect = compileSegments(segments);
  const definite = isDefinite(segments);
  return (document, root) => {
    const matches: Json[] = [];
    collect(document, matches, root);
    return definite ? matches[0] : matches;
  };
}

const compileSegments = (segments: readonly Segment[]): Collect =>
  segments.reduceRight<Collect>(
    (next, segment, position) =>
      segment.kind === "properties" && segment.names.length > 1 && position === segments.length - 1
        ? collectPicked(segment.names)
        : compileSegment(segment, next),
    (value, matches) => {
      matches.push(value);
    },
  );

function compileSegment(segment: Segment, next: Collect): Collect {
  switch (segment.kind) {
    case "properties":
      return collectEach(segment.names, next);
    case "indexes":
      return collectEach(segment.indexes, next);
    case "slice":
      return collectSlice(segment, next);
    case "wildcard":
      return (value, matches, root) => {
        for (const child of childrenOf(value)) next(child, matches, root);
      };
    case "descendants":
      return collectDescendants(next);
    case "filter":
      return (value, matches, root) => {
        for (const candidate of candidatesOf(value, segment.on)) {
          if (segment.accepts(candidate, root)) next(candidate, matches, root);
        }
      };
    case "function":
      return (value, matches, root) => {
        const result = PATH_FUNCTIONS[segment.name]?.(value);
        if (result !== undefined) next(result, matches, root);
      };
  }
}

const childrenOf = (value: Json): readonly Json[] => {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
};

function candidatesOf(value: Json, on: "items" | "self"): readonly Json[] {
  if (Array.isArray(value)) return on === "items" ? value : [];
  return isJsonObject(value) ? [value] : [];
}

const collectEach =
  (keys: readonly Key[], next: Collect): Collect =>
  (value, matches, root) => {
    for (const key of keys) {
      const child = valueAt(value, key);
      if (child !== undefined) next(child, matches, root);
    }
  };

const collectPicked =
  (names: readonly string[]): Collect =>
  (value, matches) => {
    if (isJsonObject(value)) matches.push(pick(value, names));
  };

const pick = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name] as Json]));

function collectDescendants(next: Collect): Collect {
  const collect: Collect = (value, matches, root) => {
    if (typeof value !== "object" || value === null) return;
    next(value, matches, root);
    for (const child of childrenOf(value)) collect(child, matches, root);
  };
  return collect;
}

function collectSlice({ from, to }: { from: number | undefined; to: number | undefined }, next: Collect): Collect {
  return (value, matches, root) => {
    if (!Array.isArray(value)) return;
    const { length } = value;
    // As the service has it: with both bounds given, a negative one is an index and not counted from the end first.
    const first = from === undefined ? 0 : to === undefined && from < 0 ? Math.max(0, length + from) : from;
    const end = to === undefined ? length : Math.min(length, from === undefined && to < 0 ? length + to : to);
    for (let index = first; index < end; index += 1) {
      const item = valueAt(value, index);
      if (item !== undefined) next(item, matches, root);
    }
  };
}
