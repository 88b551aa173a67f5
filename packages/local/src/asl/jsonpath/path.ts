import type { Json } from "../json.js";
import { compilePathQuery, type PathQuery } from "./path-query.js";
import { runtimeQueryFailure } from "./query-failure.js";
import type { PathScope } from "./scope.js";

export type Path = (scope: PathScope) => Json;

/**
 * Compiles a path that stands for a state's whole input or output, as in InputPath.
 *
 * @throws Error if the text is not a JSONPath
 */
export function compilePath(text: string): Path {
  const query = compilePathQuery(text);
  return readOr(query, (reason) => `Invalid path '${text}' : ${reason}`);
}

/**
 * Compiles a path that stands for the value of one field, as in CausePath or `"key.$"`.
 *
 * @param field the field's name as AWS words it
 * @throws Error if the text is not a JSONPath
 */
export function compileFieldPath(text: string, field: string): Path {
  const query = compilePathQuery(text);
  return readOr(query, (_reason, scope) => notFound(query, field, scope));
}

function readOr(query: PathQuery, describe: (reason: string, scope: PathScope) => string): Path {
  return (scope) => {
    const value = query.find(scope);
    if (value !== undefined) return value;
    const miss = query.miss(scope);
    if (miss.kind === "pastTheEnd") return null;
    throw runtimeQueryFailure(describe(miss.text, scope));
  };
}

function notFound(query: PathQuery, field: string, scope: PathScope): string {
  const searched = JSON.stringify(query.document(scope) ?? scope.input);
  return `The JSONPath '${query.text}' specified for the field '${field}' could not be found in the input '${searched}'`;
}
