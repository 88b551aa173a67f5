import { stateContext } from "../evaluation.js";
import type { Fields } from "../fields.js";
import type { Json } from "../json.js";
import type { Query, QueryLanguage, StateValues } from "../query-language.js";
import type { StateEntry } from "../state.js";
import type { DeclareVariable } from "../variables.js";
import { compileChoiceRule } from "./choice-rule.js";
import { choiceConclusion, conclusion } from "./conclusion.js";
import { compileIntrinsic } from "./intrinsic.js";
import { readNumber, readTimestamp } from "./number-field.js";
import { compileFieldPath, compilePath, type Path } from "./path.js";
import { compilePayloadTemplate } from "./payload-template.js";
import { runtimeQueryFailure } from "./query-failure.js";
import type { PathScope } from "./scope.js";

/** JSONPath. Source: Developer Guide, "Processing input and output with paths in Step Functions". */
export function jsonpathLanguage(declare: DeclareVariable): QueryLanguage {
  return {
    name: "JSONPath",
    inputFilter: (fields) => optionalQuery(readNullablePath(fields, "InputPath")),
    payload: (fields) => template(fields, "Parameters"),
    passResult: (fields) => {
      const parameters = template(fields, "Parameters");
      if (!fields.has("Result")) return parameters;
      const result = fields.take("Result") as Json;
      return () => result;
    },
    items: readItems,
    itemSelector: (fields) => template(fields, "ItemSelector") ?? template(fields, "Parameters"),
    template,
    string: readString,
    integer: (fields, name, range) => readNumber(fields, name, { ...range, integer: true }),
    number: (fields, name, range) => readNumber(fields, name, { ...range, integer: false }),
    timestamp: readTimestamp,
    condition: (choice) => query(compiled(choice, "Variable", () => compileChoiceRule(choice))),
    conclusion: (fields, next, kind) => conclusion(fields, next, { kind, declare }),
    choiceConclusion: (choice, state, next) => choiceConclusion({ choice, state }, next, declare),
  };
}

/** What a path sees on this visit. In a conclusion, `$` is what the state has come to. */
export function scopeOf(entry: StateEntry, { result, errorOutput }: StateValues = {}): PathScope {
  const { line } = entry;
  return {
    input: errorOutput ?? (result === undefined ? entry.input : result),
    context: () => stateContext(entry),
    variables: line.variables,
    random: line.run.random,
  };
}

const query =
  <T>(evaluate: (scope: PathScope) => T): Query<T> =>
  (entry, values) =>
    evaluate(scopeOf(entry, values));

const optionalQuery = (path: Path | undefined): Query<Json> | undefined => path && query(path);

/** Compiles a field; what is wrong with it is told at the field. */
export function compiled<T>(fields: Fields, name: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidDefinition") throw error;
    return fields.refuse(name, error instanceof Error ? error.message : String(error));
  }
}

function template(fields: Fields, name: string): Query<Json> | undefined {
  const source = fields.take(name);
  if (source === undefined) return undefined;
  return query(compiled(fields, name, () => compilePayloadTemplate(source as Json, name)));
}

const NOTHING: Json = {};

/** `InputPath` and `OutputPath`: a path, or null for nothing at all. */
export function readNullablePath(fields: Fields, name: string): Path | undefined {
  if (fields.take(name) === null) return () => NOTHING;
  const text = fields.optionalString(name);
  return text === undefined ? undefined : compiled(fields, name, () => compilePath(text));
}

function readItems(fields: Fields): Query<readonly Json[]> {
  const text = fields.optionalString("ItemsPath") ?? "$";
  const path = compiled(fields, "ItemsPath", () => compilePath(text));
  return (entry) => {
    const items = path(scopeOf(entry));
    if (Array.isArray(items)) return items;
    throw runtimeQueryFailure(`Reference path "${text}" must point to array.`);
  };
}

/** A literal in `name`, or behind the path or intrinsic function in `<name>Path`. */
function readString(fields: Fields, name: string): Query<string> | undefined {
  const literal = fields.optionalString(name);
  const pathName = `${name}Path`;
  const text = fields.optionalString(pathName);
  if (literal !== undefined && text !== undefined) fields.refuse(pathName, `it excludes ${name}`);
  if (literal !== undefined) return () => literal;
  if (text === undefined) return undefined;
  const path = compiled(fields, pathName, () =>
    text.startsWith("States.") ? compileIntrinsic(text) : compileFieldPath(text, pathName),
  );
  return (entry) => {
    const value = path(scopeOf(entry));
    if (typeof value === "string") return value;
    throw runtimeQueryFailure(`The ${pathName} field must refer to a string but was: ${JSON.stringify(value)}`);
  };
}
