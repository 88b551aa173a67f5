import type { Json } from "../json.js";
import { findIn } from "./path-evaluation.js";
import { explainMiss, type PathMiss } from "./path-miss.js";
import { type PathPlace, parseSegments } from "./path-parser.js";
import { createReader, type Reader } from "./reader.js";
import type { PathScope } from "./scope.js";

/** A compiled path before it is decided what a miss means: that depends on the field. */
export interface PathQuery {
  readonly text: string;
  /** The path as the service quotes it in an intrinsic function: without its second `$`. */
  readonly rootedText: string;
  /** Undefined where a definite path finds nothing. */
  find(scope: PathScope): Json | undefined;
  miss(scope: PathScope): PathMiss;
  /** What it searches; undefined for a variable that has no value. */
  document(scope: PathScope): Json | undefined;
}

const VARIABLE_NAME = /\p{ID_Start}\p{ID_Continue}*/uy;

/** @throws Error if the text is not a JSONPath */
export function compilePathQuery(text: string): PathQuery {
  const reader = createReader(text);
  try {
    const query = parsePathQuery(reader, { embedded: false });
    if (!reader.atEnd()) reader.fail("the path cannot go on like this");
    return query;
  } catch (error) {
    throw new Error(`Value is not a valid JSONPath: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Reads a path from its `$` on. */
export function parsePathQuery(reader: Reader, place: PathPlace): PathQuery {
  const start = reader.position();
  reader.expect("$");
  const document = parseRoot(reader);
  const rootEnd = reader.position();
  const segments = parseSegments(reader, place);
  const findInDocument = findIn(segments);
  return {
    text: reader.text.slice(start, reader.position()),
    rootedText: `$${reader.text.slice(rootEnd, reader.position())}`,
    document,
    find: (scope) => {
      const root = document(scope);
      return root === undefined ? undefined : findInDocument(root, root);
    },
    miss: (scope) => {
      const root = document(scope);
      return root === undefined
        ? { kind: "absent", text: `No results for path: ${reader.text.slice(start, rootEnd)}` }
        : explainMiss(segments, root);
    },
  };
}

function parseRoot(reader: Reader): (scope: PathScope) => Json | undefined {
  if (reader.take("$")) return (scope) => scope.context();
  const name = reader.match(VARIABLE_NAME);
  if (name === undefined) return (scope) => scope.input;
  // Assign puts nothing but JSON there.
  return (scope) => scope.variables[name] as Json | undefined;
}
