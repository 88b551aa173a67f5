import type { Json } from "../json.js";
import { type PathQuery, parsePathQuery } from "./path-query.js";
import { createReader, type Reader } from "./reader.js";

export interface IntrinsicCall {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | IntrinsicCall
  | { readonly kind: "path"; readonly query: PathQuery }
  /** `raw` is the text with its escapes, which tell a brace from a placeholder. */
  | { readonly kind: "text"; readonly text: string; readonly raw: string }
  | { readonly kind: "value"; readonly value: Json };

/** How deep calls may nest. Source: Developer Guide, "Intrinsic functions for JSONPath states". */
const MAX_NESTED_CALLS = 10;

const NAME = /States\.\w+/y;
const TEXT = /'(?:[^'\\]|\\['{}\\])*'/y;
const VALUE = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y;

/** @throws Error if the text is not a call of an intrinsic function */
export function parseIntrinsic(text: string): IntrinsicCall {
  const reader = createReader(text);
  reader.skipSpace();
  const call = parseCall(reader, 1) ?? reader.fail("an intrinsic function such as States.Format(...) is expected");
  reader.skipSpace();
  if (!reader.atEnd()) reader.fail("nothing may follow the function");
  return call;
}

function parseCall(reader: Reader, depth: number): IntrinsicCall | undefined {
  const name = reader.match(NAME);
  if (name === undefined) return undefined;
  if (depth > MAX_NESTED_CALLS) reader.fail(`at most ${MAX_NESTED_CALLS} intrinsic functions may be nested`);
  reader.expect("(");
  return { kind: "call", name, arguments: parseArguments(reader, depth) };
}

function parseArguments(reader: Reader, depth: number): readonly IntrinsicArgument[] {
  const parsed: IntrinsicArgument[] = [];
  reader.skipSpace();
  if (reader.take(")")) return parsed;
  for (;;) {
    parsed.push(parseArgument(reader, depth));
    reader.skipSpace();
    if (reader.take(")")) return parsed;
    reader.expect(",");
    reader.skipSpace();
  }
}

function parseArgument(reader: Reader, depth: number): IntrinsicArgument {
  if (reader.text[reader.position()] === "$") {
    return { kind: "path", query: parsePathQuery(reader, { embedded: true }) };
  }
  const quoted = reader.match(TEXT);
  if (quoted !== undefined) {
    const raw = quoted.slice(1, -1);
    return { kind: "text", raw, text: raw.replace(/\\(['{}\\])/g, "$1") };
  }
  const value = reader.match(VALUE);
  if (value !== undefined) return { kind: "value", value: JSON.parse(value) };
  return (
    parseCall(reader, depth + 1) ??
    reader.fail("a path, a text in single quotes (with \\', \\{, \\}, \\\\), a number or a function is expected")
  );
}
