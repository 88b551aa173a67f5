import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { compileIntrinsic } from "./intrinsic.js";
import { compileFieldPath } from "./path.js";
import type { PathScope } from "./scope.js";

/** A JSON value in which each member `"name.$"` is replaced by `"name"` with what its path or function gives. */
export type PayloadTemplate = (scope: PathScope) => Json;

/**
 * Compiles Parameters, ResultSelector, ItemSelector or Assign.
 *
 * @param field where the template stands, such as `Parameters`; messages of refusal name the place in it
 * @throws Error if a member `"name.$"` is neither a JSONPath nor a call of an intrinsic function
 */
export function compilePayloadTemplate(source: Json, field: string): PayloadTemplate {
  return compileValue(source, field) ?? (() => source);
}

/** Undefined for what holds no expression: it is shared, never copied. */
function compileValue(source: Json, place: string): PayloadTemplate | undefined {
  if (Array.isArray(source)) return compileList(source, place);
  return isJsonObject(source) ? compileObject(source, place) : undefined;
}

function compileList(source: readonly Json[], place: string): PayloadTemplate | undefined {
  const items = source.map((item, index) => compileValue(item, `${place}[${index}]`));
  if (items.every((item) => item === undefined)) return undefined;
  return (scope) => source.map((item, index) => items[index]?.(scope) ?? item);
}

interface Member {
  readonly name: string;
  readonly value: PayloadTemplate;
}

function compileObject(source: JsonObject, place: string): PayloadTemplate | undefined {
  const dynamic = Object.entries(source).map(([key, value]) => compileMember(key, value, `${place}/${key}`));
  if (dynamic.every((member) => member === undefined)) return undefined;
  const members = Object.entries(source).map(([key, value], index): Member => {
    return dynamic[index] ?? { name: key, value: () => value };
  });
  refuseTwins(members, place);
  return (scope) => {
    const payload: Record<string, Json> = {};
    for (const { name, value } of members) setOwn(payload, name, value(scope));
    return payload;
  };
}

function compileMember(key: string, source: Json, place: string): Member | undefined {
  if (key.endsWith(".$")) return { name: key.slice(0, -2), value: compileExpression(source, key, place) };
  const value = compileValue(source, place);
  return value && { name: key, value };
}

function compileExpression(source: Json, key: string, place: string): PayloadTemplate {
  const refusal = `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`;
  if (typeof source !== "string") throw new Error(`${refusal} at ${place}`);
  try {
    return source.startsWith("$") ? compileFieldPath(source, key) : compileIntrinsic(source);
  } catch (error) {
    throw new Error(`${refusal} at ${place}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function refuseTwins(members: readonly Member[], place: string): void {
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw new Error(`The fields '${name}' and '${name}.$' cannot both be given at ${place}`);
    names.add(name);
  }
}

/** Assigning to `__proto__` would set the prototype instead. */
function setOwn(object: Record<string, Json>, name: string, value: Json): void {
  if (name === "__proto__")
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}
