import type { Json, JsonObject } from "./json.js";
import type { Bindings } from "./jsonata.js";

/**
 * A scope's variables by name. An inner scope (a Parallel branch, a Map iteration) has the outer one as its prototype:
 * it reads the outer variables and cannot write them.
 */
export type Variables = Bindings;

export const rootVariables = (): Variables => Object.create(null);

export const innerVariables = (outer: Variables): Variables => Object.create(outer);

/** Writes what Assign evaluated to; returns the texts that history shows. */
export function assignVariables(variables: Variables, values: JsonObject): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    variables[name] = value satisfies Json;
    texts[name] = JSON.stringify(value);
  }
  return texts;
}

const NAME = /^\p{ID_Start}\p{ID_Continue}*$/u;
const MAX_NAME_CHARS = 80;

/** Why a variable cannot have this name; undefined where it can. */
export function variableNameProblem(name: string): string | undefined {
  if (name === "states") return '"states" is reserved and cannot be assigned';
  if (name.length > MAX_NAME_CHARS) return `the variable name "${name}" is longer than ${MAX_NAME_CHARS} characters`;
  return NAME.test(name) ? undefined : `"${name}" is not a valid variable name`;
}
