import type { Compilation } from "./compilation.js";
import { dataLimitExceeded } from "./errors.js";
import { evaluationOf, type StateValues } from "./evaluation.js";
import type { Fields } from "./fields.js";
import { exceedsPayloadLimit, isJsonObject, type Json, type JsonObject } from "./json.js";
import type { Template } from "./jsonata.js";
import type { StateEntry, Transition } from "./state.js";
import { assignVariables, variableNameProblem } from "./variables.js";

/** Assign, Output and the next state: how a state, a choice or a catcher ends. */
export interface Conclusion {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
  readonly next: string | undefined;
}

export function readConclusion(fields: Fields, compilation: Compilation, next: string | undefined): Conclusion {
  return { assign: readAssign(fields, compilation), output: compilation.optionalTemplate(fields, "Output"), next };
}

function readAssign(fields: Fields, compilation: Compilation): Template | undefined {
  const assign = fields.take("Assign");
  if (assign === undefined) return undefined;
  if (!isJsonObject(assign)) return fields.refuse("Assign", "an object of variables is expected");
  for (const name of Object.keys(assign)) {
    const problem = variableNameProblem(name);
    if (problem !== undefined) fields.refuse("Assign", problem);
    compilation.declareVariable(name, `${fields.path}/Assign`);
  }
  return compilation.optionalTemplate(fields, "Assign");
}

/** Assign and Output see the same values: neither sees what the other made. */
export async function conclude(
  entry: StateEntry,
  conclusion: Conclusion,
  values: StateValues,
  output: Json,
): Promise<Transition> {
  const { assign, output: template, next } = conclusion;
  if (assign === undefined && template === undefined) return { next, output };
  const evaluation = evaluationOf(entry, values);
  const assigned = assign && ((await assign(evaluation)) as JsonObject);
  const concluded = template === undefined ? output : await template(evaluation);
  if (assigned === undefined) return { next, output: concluded };
  if (exceedsPayloadLimit(JSON.stringify(assigned))) throw dataLimitExceeded(entry.name, false);
  return { next, output: concluded, assigned: assignVariables(entry.line.variables, assigned) };
}
