import type { Fields } from "../fields.js";
import type { Json } from "../json.js";
import { COMPARISON_OPERATORS, type ComparisonOperator, STRING_MATCHES, TYPE_TESTS } from "./choice-operator.js";
import { compilePathQuery, type PathQuery } from "./path-query.js";
import { runtimeQueryFailure } from "./query-failure.js";
import type { PathScope } from "./scope.js";

export type ChoiceCondition = (scope: PathScope) => boolean;

/**
 * Compiles the condition of one rule of a Choice state. Reads only the condition's fields: the caller reads the others,
 * such as Next, and closes.
 *
 * @throws InvalidDefinitionError
 */
export function compileChoiceRule(fields: Fields): ChoiceCondition {
  const kinds = Object.keys(CONDITIONS).filter((name) => fields.has(name));
  const [kind, another] = kinds;
  if (kind === undefined) return fields.refuse("Variable", "a comparison operator, And, Or or Not is required");
  if (another !== undefined) return fields.refuse(another, `only one of ${kind} and ${another} can be given`);
  return CONDITIONS[kind]?.(fields) ?? fields.refuse(kind, "an operator is expected");
}

type CompileCondition = (fields: Fields) => ChoiceCondition;

const CONDITIONS: Readonly<Record<string, CompileCondition>> = {
  And: (fields) => {
    const conditions = fields.list("And").map(compileNested);
    return (scope) => conditions.every((condition) => condition(scope));
  },
  Or: (fields) => {
    const conditions = fields.list("Or").map(compileNested);
    return (scope) => conditions.some((condition) => condition(scope));
  },
  Not: (fields) => {
    const condition = compileNested(fields.object("Not"));
    return (scope) => !condition(scope);
  },
  IsPresent: (fields) => {
    const variable = readPath(fields, "Variable");
    const expected = readBoolean(fields, "IsPresent");
    return (scope) => (variable.find(scope) !== undefined) === expected;
  },
  ...conditionsOf(Object.entries(TYPE_TESTS), compileTypeTest),
  ...conditionsOf([["StringMatches", STRING_MATCHES], ...Object.entries(COMPARISON_OPERATORS)], compileComparison),
  ...conditionsOf(
    Object.entries(COMPARISON_OPERATORS).map(([name, operator]) => [`${name}Path`, operator]),
    compilePathComparison,
  ),
};

function conditionsOf<T>(
  entries: readonly (readonly [string, T])[],
  compile: (name: string, entry: T) => CompileCondition,
): Record<string, CompileCondition> {
  return Object.fromEntries(entries.map(([name, entry]) => [name, compile(name, entry)]));
}

function compileNested(fields: Fields): ChoiceCondition {
  const condition = compileChoiceRule(fields);
  fields.optionalString("Comment");
  fields.close("a rule inside a rule of a Choice state");
  return condition;
}

function compileTypeTest(name: string, holds: (value: Json) => boolean): CompileCondition {
  return (fields) => {
    const variable = readPath(fields, "Variable");
    const expected = readBoolean(fields, name);
    return (scope) => holds(read(variable, scope)) === expected;
  };
}

function compileComparison(name: string, operator: ComparisonOperator): CompileCondition {
  return (fields) => {
    const variable = readPath(fields, "Variable");
    // A field of a definition is JSON.
    const operand = operator.read((fields.take(name) ?? null) as Json);
    if (operand === undefined) return fields.refuse(name, `${operator.operand} is expected`);
    const matches = operator.compare(operand);
    return (scope) => {
      const value = operator.read(read(variable, scope));
      return value !== undefined && matches(value);
    };
  };
}

function compilePathComparison(name: string, operator: ComparisonOperator): CompileCondition {
  return (fields) => {
    const variable = readPath(fields, "Variable");
    const path = readPath(fields, name);
    return (scope) => {
      const value = operator.read(read(variable, scope));
      const operand = operator.read(read(path, scope));
      return value !== undefined && operand !== undefined && operator.compare(operand)(value);
    };
  };
}

function readPath(fields: Fields, name: string): PathQuery {
  const text = fields.string(name);
  try {
    return compilePathQuery(text);
  } catch (error) {
    return fields.refuse(name, error instanceof Error ? error.message : String(error));
  }
}

function readBoolean(fields: Fields, name: string): boolean {
  const value = fields.take(name);
  return typeof value === "boolean" ? value : fields.refuse(name, "a boolean is expected");
}

function read(path: PathQuery, scope: PathScope): Json {
  const value = path.find(scope);
  if (value !== undefined) return value;
  throw runtimeQueryFailure(
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
