import { dataLimitExceeded } from "./errors.js";
import type { Fields } from "./fields.js";
import { exceedsPayloadLimit, type JsonObject } from "./json.js";
import type { StateEntry } from "./state.js";

/**
 * A scope's variables by name. An inner scope (a Parallel branch, a Map iteration) has the outer one as its prototype:
 * it reads the outer variables and cannot write them.
 */
export type Variables = Record<string, unknown>;

export const rootVariables = (values: JsonObject = {}): Variables => Object.assign(Object.create(null), values);

export const innerVariables = (outer: Variables, values: JsonObject = {}): Variables =>
  Object.assign(Object.create(outer), values);

/** Writes what Assign evaluated to; returns the texts that history shows. */
export function assignVariables(
  { line, name: state }: StateEntry,
  values: JsonObject,
): Readonly<Record<string, string>> {
  if (exceedsPayloadLimit(JSON.stringify(values))) throw dataLimitExceeded(state, false);
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    line.variables[name] = value;
    texts[name] = JSON.stringify(value);
  }
  return texts;
}

/** Refuses a name that an outer scope assigns. */
export type DeclareVariable = (name: string, path: string) => void;

/** Checks the names that a field assigns, and declares them. */
export function readVariableNames(fields: Fields, names: readonly string[], declare: DeclareVariable): void {
  for (const name of names) {
    const problem = variableNameProblem(name);
    if (problem !== undefined) fields.refuse("Assign", problem);
    declare(name, `${fields.path}/Assign`);
  }
}

const NAME = /^\p{ID_Start}\p{ID_Continue}*$/u;
const MAX_NAME_CHARS = 80;

function variableNameProblem(name: string): string | undefined {
  if (name === "states") return '"states" is reserved and cannot be assigned';
  if (name.length > MAX_NAME_CHARS) return `the variable name "${name}" is longer than ${MAX_NAME_CHARS} characters`;
  return NAME.test(name) ? undefined : `"${name}" is not a valid variable name`;
}
