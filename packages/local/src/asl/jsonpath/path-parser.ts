import { parseFilter } from "./filter-parser.js";
import { PATH_FUNCTIONS } from "./path-function.js";
import type { Reader } from "./reader.js";
import type { Segment } from "./segment.js";

const NAME = /[^\s.[\]()*]+/y;
// Inside a filter or an argument list, what follows the path is no part of a name.
const EMBEDDED_NAME = /[^\s.[\]()*,=!<>~&|]+/y;
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y;
const INTEGER = /-?\d+/y;
const SLICE = /(-?\d*):(-?\d*)(?::-?\d*)?/y;

export interface PathPlace {
  /** Whether the path stands inside a filter or an argument list. */
  readonly embedded: boolean;
}

/** Reads the steps after a path's root. */
export function parseSegments(reader: Reader, place: PathPlace): readonly Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    const next = parseStep(reader, place);
    if (next.length === 0) return segments;
    segments.push(...next);
  }
}

function parseStep(reader: Reader, place: PathPlace): readonly Segment[] {
  if (reader.take("..")) {
    const segment = reader.take("[") ? parseBracket(reader, "self") : parseMember(reader, place);
    return [{ kind: "descendants" }, segment];
  }
  if (reader.take(".")) return [parseMember(reader, place)];
  return reader.take("[") ? [parseBracket(reader, "items")] : [];
}

function parseMember(reader: Reader, { embedded }: PathPlace): Segment {
  if (reader.take("*")) return { kind: "wildcard" };
  const name = reader.match(embedded ? EMBEDDED_NAME : NAME) ?? reader.fail("a name is expected");
  return reader.take("(") ? parseFunction(reader, name) : { kind: "properties", names: [name] };
}

function parseFunction(reader: Reader, name: string): Segment {
  if (!Object.hasOwn(PATH_FUNCTIONS, name)) reader.fail(`the function "${name}" is not known`);
  reader.skipSpace();
  reader.expect(")");
  return { kind: "function", name };
}

function parseBracket(reader: Reader, on: "items" | "self"): Segment {
  reader.skipSpace();
  const segment = parseSelector(reader, on);
  reader.skipSpace();
  reader.expect("]");
  return segment;
}

function parseSelector(reader: Reader, on: "items" | "self"): Segment {
  if (reader.take("*")) return { kind: "wildcard" };
  if (reader.take("?")) return { kind: "filter", accepts: parseFilter(reader), on };
  const quoted = reader.match(QUOTED);
  if (quoted !== undefined) return { kind: "properties", names: parseList(reader, QUOTED, quoted).map(unquote) };
  const slice = reader.match(SLICE);
  if (slice !== undefined) return sliceOf(reader, slice);
  const index = reader.match(INTEGER) ?? reader.fail("a name in quotes, an index, a slice, * or ? is expected");
  return { kind: "indexes", indexes: parseList(reader, INTEGER, index).map(Number) };
}

function parseList(reader: Reader, pattern: RegExp, first: string): readonly string[] {
  const items = [first];
  for (;;) {
    reader.skipSpace();
    if (!reader.take(",")) return items;
    reader.skipSpace();
    items.push(reader.match(pattern) ?? reader.fail("one more item is expected"));
  }
}

/** A third number, the step of other JSONPath dialects, has no meaning to the service. */
function sliceOf(reader: Reader, text: string): Segment {
  const [from, to] = text.split(":").map((bound) => (bound === "" ? undefined : Number(bound)));
  if (from === undefined && to === undefined) reader.fail("a slice needs a start or an end");
  return { kind: "slice", from, to };
}

export const unquote = (quoted: string) => quoted.slice(1, -1).replace(/\\(.)/g, "$1");
