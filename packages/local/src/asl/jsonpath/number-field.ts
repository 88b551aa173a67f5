import type { Fields, Range } from "../fields.js";
import type { Json } from "../json.js";
import type { Query } from "../query-language.js";
import { parseTimestamp } from "../timestamp.js";
import { compiled, scopeOf } from "./language.js";
import { compilePathQuery } from "./path-query.js";
import { runtimeQueryFailure } from "./query-failure.js";
import type { PathScope } from "./scope.js";

type Kind = Range & { readonly integer: boolean };

// AWS speaks of these as fields, of the others as parameters.
const MAP_FIELDS = ["MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage", "MaxItems"];

/** A number in `name`, or behind the path in `<name>Path`. */
export function readNumber(fields: Fields, name: string, kind: Kind): Query<number> | undefined {
  const literal = kind.integer ? fields.optionalInteger(name, kind) : fields.optionalNumber(name, kind);
  const text = readPath(fields, name);
  if (literal !== undefined && text !== undefined) fields.refuse(`${name}Path`, `it excludes ${name}`);
  if (literal !== undefined) return () => literal;
  if (text === undefined) return undefined;
  const read = compiledPath(fields, name, text);
  const check = MAP_FIELDS.includes(name) ? mapNumber : parameterNumber;
  return (entry) => {
    const path = { name, text };
    return check(path, read(scopeOf(entry)), kind);
  };
}

/** An ISO-8601 time in `name`, or behind the path in `<name>Path`. Unit: milliseconds since 1970. */
export function readTimestamp(fields: Fields, name: string): Query<number> | undefined {
  const literal = fields.optionalString(name);
  const text = readPath(fields, name);
  if (literal !== undefined && text !== undefined) fields.refuse(`${name}Path`, `it excludes ${name}`);
  if (literal !== undefined) {
    const epochMs = parseTimestamp(literal) ?? fields.refuse(name, "an ISO-8601 time with an offset is expected");
    return () => epochMs;
  }
  if (text === undefined) return undefined;
  const read = compiledPath(fields, name, text);
  return (entry) => {
    const value = present({ name, text }, read(scopeOf(entry)));
    const epochMs = typeof value === "string" ? parseTimestamp(value) : undefined;
    if (epochMs !== undefined) return epochMs;
    const kind = "a valid ISO-8601 extended offset date-time format string";
    throw runtimeQueryFailure(`The ${name}Path parameter does not reference ${kind}: ${text} == ${shown(value)}`);
  };
}

interface FieldPath {
  readonly name: string;
  readonly text: string;
}

const readPath = (fields: Fields, name: string) => fields.optionalString(`${name}Path`);

const compiledPath = (fields: Fields, name: string, text: string): ((scope: PathScope) => Json | undefined) =>
  compiled(fields, `${name}Path`, () => compilePathQuery(text)).find;

const shown = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));

function present({ name, text }: FieldPath, value: Json | undefined): Json {
  if (value !== undefined) return value;
  throw runtimeQueryFailure(`The ${name}Path parameter does not reference an input value: ${text}`);
}

function parameterNumber(path: FieldPath, found: Json | undefined, { min, max, integer }: Kind): number {
  const value = present(path, found);
  const refuse = (problem: string) =>
    runtimeQueryFailure(`The ${path.name}Path parameter ${problem}: ${path.text} == ${shown(value)}`);
  const number = numberOf(value);
  if (number === undefined || (integer && !Number.isInteger(number))) throw refuse("cannot be parsed as a long value");
  if (number < 0) throw refuse("references a negative value");
  if (number < min || number > max) throw refuse(`references a value outside of ${min} to ${max}`);
  return number;
}

function mapNumber({ name, text }: FieldPath, value: Json | undefined, { min, max, integer }: Kind): number {
  const number = numberOf(value ?? null);
  const isInRange = number !== undefined && number >= min && number <= max;
  if (isInRange && (!integer || Number.isInteger(number))) return number;
  const refers = `The ${name}Path field refers to value "${shown(value ?? null)}"`;
  throw runtimeQueryFailure(`${refers} which is not a valid ${integer ? "integer" : "float"}: ${text}`);
}

/** AWS takes a number's text for the number. */
function numberOf(value: Json): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}
