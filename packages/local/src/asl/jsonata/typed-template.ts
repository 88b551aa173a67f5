import { type Fields, fieldName, type Range } from "../fields.js";
import { type Json, jsonType } from "../json.js";
import type { Query } from "../query-language.js";
import { evaluationOf } from "./evaluation.js";
import { expressionText, type JsonataCompiler, type Template, unexpectedType } from "./expression.js";

interface JsonTypes {
  string: string;
  number: number;
  boolean: boolean;
  array: readonly Json[];
}

/** A field that may hold expressions; undefined where it is absent. */
export function readTemplate(jsonata: JsonataCompiler, fields: Fields, name: string): Template | undefined {
  const source = fields.take(name);
  if (source === undefined) return undefined;
  try {
    return jsonata.template(source as Json, fieldName(fields, name));
  } catch (error) {
    return fields.refuse(name, messageOf(error));
  }
}

const messageOf = (error: unknown) =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);

/** A field of one type, or an expression that must give a value of that type. */
export function readTyped<TName extends keyof JsonTypes>(
  jsonata: JsonataCompiler,
  fields: Fields,
  name: string,
  type: TName,
): Query<JsonTypes[TName]> | undefined {
  const source = fields.take(name);
  const template = readTemplate(jsonata, fields, name);
  if (template === undefined) return undefined;
  const text = typeof source === "string" ? expressionText(source) : undefined;
  if (text === undefined) {
    const value = source as Json;
    if (!isOfType(value, type)) return fields.refuse(name, `a JSON ${type} is expected, or a JSONata expression`);
    if (type !== "array") return () => value;
  }
  const field = fieldName(fields, name);
  return async (entry, values) => {
    const evaluation = evaluationOf(entry, values);
    const value = await template(evaluation);
    if (isOfType(value, type)) return value;
    throw evaluation.failure("States.QueryEvaluationError", unexpectedType(text ?? "", field, type, value), field);
  };
}

const isOfType = <TName extends keyof JsonTypes>(value: Json, type: TName): value is JsonTypes[TName] & Json =>
  jsonType(value) === type;

/** A number within a range, given as such or by an expression. */
export function readNumber(
  jsonata: JsonataCompiler,
  fields: Fields,
  name: string,
  { integer, ...range }: Range & { readonly integer: boolean },
): Query<number> | undefined {
  if (typeof fields.take(name) === "number") {
    const value = integer ? fields.optionalInteger(name, range) : fields.optionalNumber(name, range);
    return () => value ?? range.min;
  }
  const query = readTyped(jsonata, fields, name, "number");
  if (query === undefined) return undefined;
  return async (entry, values) => {
    const value = await query(entry, values);
    if ((Number.isInteger(value) || !integer) && value >= range.min && value <= range.max) return value;
    const kind = integer ? "an integer" : "a number";
    const expected = `${name} must be ${kind} from ${range.min} to ${range.max} but was: ${value}`;
    throw evaluationOf(entry).failure("States.QueryEvaluationError", expected, name);
  };
}
