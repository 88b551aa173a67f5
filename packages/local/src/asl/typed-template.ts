import { type Compilation, fieldName } from "./compilation.js";
import type { Fields } from "./fields.js";
import { type Json, jsonType } from "./json.js";
import { type Evaluation, expressionText, unexpectedType } from "./jsonata.js";

interface JsonTypes {
  string: string;
  number: number;
  boolean: boolean;
  array: readonly Json[];
}

/** A field of one type, or an expression that must give a value of that type. */
export type TypedTemplate<T> = (evaluation: Evaluation) => Promise<T>;

export function readTypedTemplate<TName extends keyof JsonTypes>(
  fields: Fields,
  compilation: Compilation,
  name: string,
  type: TName,
): TypedTemplate<JsonTypes[TName]> | undefined {
  const source = fields.take(name);
  const template = compilation.optionalTemplate(fields, name);
  if (template === undefined) return undefined;
  const text = typeof source === "string" ? expressionText(source) : undefined;
  if (text === undefined && jsonType(source) !== type)
    return fields.refuse(name, `a JSON ${type} is expected, or a JSONata expression`);
  const field = fieldName(fields, name);
  return async (evaluation) => {
    const value = await template(evaluation);
    if (isOfType(value, type)) return value;
    throw evaluation.failure("States.QueryEvaluationError", unexpectedType(text ?? "", field, type, value), field);
  };
}

const isOfType = <TName extends keyof JsonTypes>(value: Json, type: TName): value is JsonTypes[TName] & Json =>
  jsonType(value) === type;

/** A whole number within a range, given as such or by an expression. */
export function readIntegerTemplate(
  fields: Fields,
  compilation: Compilation,
  name: string,
  range: { readonly min: number; readonly max: number },
): TypedTemplate<number> | undefined {
  if (typeof fields.take(name) === "number") fields.optionalInteger(name, range);
  const template = readTypedTemplate(fields, compilation, name, "number");
  return (
    template &&
    (async (evaluation) => {
      const value = await template(evaluation);
      if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
      const expected = `${name} must be an integer from ${range.min} to ${range.max} but was: ${value}`;
      throw evaluation.failure("States.QueryEvaluationError", expected, name);
    })
  );
}
