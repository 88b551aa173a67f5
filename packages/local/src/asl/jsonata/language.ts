import { runtimeFailure } from "../evaluation.js";
import type { Fields } from "../fields.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import type { Conclude, ConclusionKind, Query, QueryLanguage } from "../query-language.js";
import type { StateEntry } from "../state.js";
import { parseTimestamp } from "../timestamp.js";
import { assignVariables, type DeclareVariable, readVariableNames } from "../variables.js";
import { evaluationOf } from "./evaluation.js";
import type { JsonataCompiler, Template } from "./expression.js";
import { readNumber, readTemplate, readTyped } from "./typed-template.js";

/** JSONata. Source: Developer Guide, "Transforming data with JSONata in Step Functions". */
export function jsonataLanguage(jsonata: JsonataCompiler, declare: DeclareVariable): QueryLanguage {
  const template = (fields: Fields, name: string): Query<Json> | undefined => {
    const compiled = readTemplate(jsonata, fields, name);
    return compiled && ((entry, values) => compiled(evaluationOf(entry, values)));
  };

  const conclusion = (fields: Fields, next: string | undefined, kind: ConclusionKind): Conclude => {
    const assign = kind === "end" ? undefined : readAssign(jsonata, fields, declare);
    return conclude(assign, readTemplate(jsonata, fields, "Output"), next);
  };

  return {
    name: "JSONata",
    inputFilter: () => undefined,
    payload: (fields) => template(fields, "Arguments"),
    passResult: () => undefined,
    items: (fields) => readTyped(jsonata, fields, "Items", "array") ?? inputItems,
    itemSelector: (fields) => template(fields, "ItemSelector"),
    template,
    string: (fields, name) => readTyped(jsonata, fields, name, "string"),
    integer: (fields, name, range) => readNumber(jsonata, fields, name, { ...range, integer: true }),
    number: (fields, name, range) => readNumber(jsonata, fields, name, { ...range, integer: false }),
    timestamp: (fields, name) => {
      const query = readTyped(jsonata, fields, name, "string");
      return query && (async (entry) => timestampOf(entry, name, await query(entry)));
    },
    condition: (choice) =>
      readTyped(jsonata, choice, "Condition", "boolean") ?? choice.refuse("Condition", "a condition is required"),
    conclusion,
    choiceConclusion: (choice, _state, next) => conclusion(choice, next, "input"),
  };
}

function inputItems(entry: StateEntry): readonly Json[] {
  if (Array.isArray(entry.input)) return entry.input;
  const was = JSON.stringify(entry.input);
  throw runtimeFailure(entry, "States.QueryEvaluationError", `Map state input must be an array but was: ${was}`, {
    location: "Items",
  });
}

function timestampOf(entry: StateEntry, name: string, text: string): number {
  const epochMs = parseTimestamp(text);
  if (epochMs !== undefined) return epochMs;
  const problem = `The ${name} field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
  throw runtimeFailure(entry, "States.QueryEvaluationError", problem, { location: name });
}

function readAssign(jsonata: JsonataCompiler, fields: Fields, declare: DeclareVariable): Template | undefined {
  const assign = fields.take("Assign");
  if (assign === undefined) return undefined;
  if (!isJsonObject(assign)) return fields.refuse("Assign", "an object of variables is expected");
  readVariableNames(fields, Object.keys(assign), declare);
  return readTemplate(jsonata, fields, "Assign");
}

/** Assign and Output see the same values: neither sees what the other made. */
function conclude(assign: Template | undefined, template: Template | undefined, next: string | undefined): Conclude {
  if (assign === undefined && template === undefined) return (_entry, _values, output) => ({ next, output });
  return async (entry, values, output) => {
    const evaluation = evaluationOf(entry, values);
    const assigned = assign && ((await assign(evaluation)) as JsonObject);
    const concluded = template === undefined ? output : await template(evaluation);
    return { next, output: concluded, assigned: assigned && assignVariables(entry, assigned) };
  };
}
