import jsonata from "jsonata";
import type { StateFailure } from "../errors.js";
import { isJsonObject, type Json, jsonType } from "../json.js";
import { type FunctionHost, HOST_BINDING, registerFunctions } from "./functions.js";
import { limitEvaluations, timeLimit } from "./time-limit.js";

/** What an expression sees: variables by name, and `states`. */
export type Bindings = Record<string, unknown>;

/** Where a template is evaluated: its bindings, and how a failure is worded there. */
export interface Evaluation {
  readonly bindings: Bindings;
  readonly host: FunctionHost;
  failure(error: string, text: string, location: string): StateFailure;
}

/** A JSON value in which whole-string `{% %}` expressions are replaced by their results. */
export type Template = (evaluation: Evaluation) => Json | Promise<Json>;

export interface JsonataCompiler {
  /** @param field the field's name as AWS words it, such as `Arguments/FunctionName` */
  template(source: Json, field: string): Template;
}

/** Compiles templates; equal expressions are compiled once. */
export function createJsonataCompiler(): JsonataCompiler {
  const cache = new Map<string, jsonata.Expression>();
  const expressionOf = (text: string) => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const expression = compileExpression(text);
    cache.set(text, expression);
    return expression;
  };

  const template = (source: Json, field: string): Template => {
    if (typeof source === "string") {
      const text = expressionText(source);
      return text === undefined ? () => source : expressionTemplate(expressionOf(text), text, field);
    }
    if (Array.isArray(source)) return listTemplate(source.map((item, index) => template(item, `${field}[${index}]`)));
    if (!isJsonObject(source)) return () => source;
    return objectTemplate(Object.entries(source).map(([key, value]) => [key, template(value, `${field}/${key}`)]));
  };

  return {
    template: (source, field) => (hasExpression(source) ? template(source, field) : () => source),
  };
}

function hasExpression(source: Json): boolean {
  if (typeof source === "string") return expressionText(source) !== undefined;
  return typeof source === "object" && source !== null && Object.values(source).some(hasExpression);
}

/** The expression inside `{% %}`; undefined for a plain string. */
export function expressionText(source: string): string | undefined {
  const opens = source.startsWith("{%");
  const closes = source.endsWith("%}");
  if (opens !== closes || (opens && source.length < 4)) {
    throw new Error(`a JSONata expression must start with "{%" and end with "%}": ${JSON.stringify(source)}`);
  }
  return opens ? source.slice(2, -2).trim() : undefined;
}

function compileExpression(text: string): jsonata.Expression {
  const expression = jsonata(text);
  if (mentionsEval(expression.ast())) throw new Error(`$eval is not available in Step Functions: ${text}`);
  registerFunctions(expression);
  limitEvaluations(expression);
  return expression;
}

function mentionsEval(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("type" in node && node.type === "variable" && "value" in node && node.value === "eval") return true;
  return Object.values(node).some(mentionsEval);
}

function listTemplate(items: readonly Template[]): Template {
  return async (evaluation) => {
    const list: Json[] = [];
    for (const item of items) list.push(await item(evaluation));
    return list;
  };
}

function objectTemplate(entries: readonly (readonly [string, Template])[]): Template {
  return async (evaluation) => {
    const evaluated: [string, Json][] = [];
    for (const [key, value] of entries) evaluated.push([key, await value(evaluation)]);
    return Object.fromEntries(evaluated);
  };
}

function expressionTemplate(expression: jsonata.Expression, text: string, field: string): Template {
  const described = `The JSONata expression '${text}' specified for the field '${field}'`;
  return async (evaluation) => {
    const { bindings, host } = evaluation;
    const fail = (what: string) => evaluation.failure("States.QueryEvaluationError", `${described} ${what}`, field);
    const frame: Bindings = Object.create(bindings);
    Object.assign(frame, timeLimit(), { [HOST_BINDING]: host });
    const result = await expression.evaluate(undefined, frame).catch((error: unknown) => {
      throw fail(`threw an error during evaluation. ${messageOf(error)}`);
    });
    if (result === undefined) throw fail("returned nothing (undefined).");
    const json = toJson(result);
    if (json === undefined) throw fail("returned an unsupported result type.");
    return json;
  };
}

function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("message" in error)) return String(error);
  return "code" in error ? `${error.code}: ${error.message}` : String(error.message);
}

/** Wording of a result of the wrong type; `text` as written in the definition. */
export const unexpectedType = (text: string, field: string, expected: string, value: Json) =>
  `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected result type. ` +
  `Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`;

/**
 * Makes plain JSON of what JSONata returned, copying only where it must: a sequence that went on unmarked as a list
 * would collapse in the next expression. Undefined where the value holds a function.
 */
export function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (Array.isArray(value)) return toJsonList(value);
  return isPlainObject(value) ? toJsonObject(value) : undefined;
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !("_jsonata_function" in value) && !("_jsonata_lambda" in value);

const JSONATA_MARKS = ["sequence", "keepSingleton", "cons", "outerWrapper", "tupleStream"];

function toJsonList(list: readonly unknown[]): Json | undefined {
  const converted: Json[] = [];
  let changed = JSONATA_MARKS.some((mark) => mark in list);
  for (const item of list) {
    const json = item === undefined ? null : toJson(item);
    if (json === undefined) return undefined;
    changed ||= json !== item;
    converted.push(json);
  }
  return changed ? converted : (list as readonly Json[]);
}

function toJsonObject(object: object): Json | undefined {
  const converted: [string, Json][] = [];
  let changed = false;
  for (const [key, member] of Object.entries(object)) {
    const json = member === undefined ? undefined : toJson(member);
    if (json === undefined && member !== undefined) return undefined;
    changed ||= json !== member || member === undefined;
    if (json !== undefined) converted.push([key, json]);
  }
  return changed ? Object.fromEntries(converted) : (object as Json);
}
