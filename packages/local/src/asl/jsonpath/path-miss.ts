import { isJsonObject, type Json } from "../json.js";
import { type Segment, singleKey, valueAt } from "./segment.js";

/** Why a definite path finds nothing. */
export type PathMiss =
  /** The last step is an index beyond the list's end: a field of its own gets null. */
  | { readonly kind: "pastTheEnd" }
  | { readonly kind: "absent"; readonly text: string }
  | { readonly kind: "notAList"; readonly text: string };

const PROVIDER = "com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider";
const NODES = "com.fasterxml.jackson.databind.node.";

/** Looks again, this time for the words of the JSONPath library that the service quotes. */
export function explainMiss(segments: readonly Segment[], document: Json): PathMiss {
  let value = document;
  let path = "$";
  for (const [position, segment] of segments.entries()) {
    const fragment = fragmentOf(segment);
    const next = stepInto(value, segment);
    if (next === undefined) return missAt({ value, path, fragment, segment, last: position === segments.length - 1 });
    value = next;
    path += fragment;
  }
  return { kind: "absent", text: `No results for path: ${path}` };
}

interface MissedStep {
  readonly value: Json;
  readonly path: string;
  readonly fragment: string;
  readonly segment: Segment;
  readonly last: boolean;
}

function missAt({ value, path, fragment, segment, last }: MissedStep): PathMiss {
  if (segment.kind === "function") {
    return { kind: "absent", text: "Aggregation function attempted to calculate value using empty array" };
  }
  if (segment.kind === "indexes") {
    if (!Array.isArray(value)) {
      const text = `Filter: ${fragment} can only be applied to arrays. Current context is: ${JSON.stringify(value)}`;
      return { kind: "notAList", text };
    }
    if (last) return { kind: "pastTheEnd" };
    return { kind: "absent", text: `No results for path: ${path}${fragment}` };
  }
  if (!isJsonObject(value)) {
    const text = `Expected to find an object with property ${fragment} in path ${path} but found '${nodeOf(value)}'. This is not a json object according to the JsonProvider: '${PROVIDER}'.`;
    return { kind: "absent", text };
  }
  const text = `${last ? "No results for path:" : "Missing property in path"} ${path}${fragment}`;
  return { kind: "absent", text };
}

function stepInto(value: Json, segment: Segment): Json | undefined {
  const key = singleKey(segment);
  return key === undefined ? undefined : valueAt(value, key);
}

function fragmentOf(segment: Segment): string {
  if (segment.kind === "properties") return `[${segment.names.map((name) => `'${name}'`).join(",")}]`;
  if (segment.kind === "indexes") return `[${segment.indexes.join(",")}]`;
  return segment.kind === "function" ? `.${segment.name}()` : "";
}

function nodeOf(value: Json): string {
  if (value === null) return `${NODES}NullNode`;
  if (Array.isArray(value)) return `${NODES}ArrayNode`;
  if (typeof value === "number") return `${NODES}${Number.isInteger(value) ? "IntNode" : "DoubleNode"}`;
  return `${NODES}${typeof value === "boolean" ? "BooleanNode" : "TextNode"}`;
}
