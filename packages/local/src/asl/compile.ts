import { type Attempt, startCompilation } from "./compilation.js";
import { InvalidDefinitionError } from "./errors.js";
import { fieldsOf } from "./fields.js";
import type { JsonObject } from "./json.js";
import type { ObjectPort } from "./object-port.js";
import { QUERY_LANGUAGES, type QueryLanguageName } from "./query-language.js";
import { compileSequence, compileState } from "./sequence.js";
import type { Sequence, State } from "./state.js";
import type { ResolveTask } from "./task-resource.js";

/** A definition that can be executed any number of times. */
export interface StateMachine extends Sequence {
  /** Unit: seconds. */
  readonly timeoutSeconds: number | undefined;
}

/** What a machine's states reach beside their tasks. */
export interface Ports {
  /** What distributed Maps read their items from and write their results to. Default: none, such a Map is refused. */
  readonly objects?: ObjectPort | undefined;
}

/** Largest definition. Unit: bytes of UTF-8. Source: Step Functions quotas. */
export const MAX_DEFINITION_BYTES = 1_048_576;

/**
 * Checks a definition as CreateStateMachine does and prepares it for {@link execute}.
 *
 * @param definition the definition as JSON text or as a value
 * @param resolveTask finds what stands behind each Task's `Resource`
 * @param ports what else the machine reaches
 * @throws InvalidDefinitionError naming path and field of whatever is wrong or not supported; nothing is ignored
 */
export const compile = (definition: unknown, resolveTask: ResolveTask, ports: Ports = {}): StateMachine =>
  compileBy({ resolveTask, objects: ports.objects, attempt: stopAtFirst }, definition);

const stopAtFirst: Attempt = (work) => work();

interface Compiling {
  readonly resolveTask: ResolveTask;
  readonly objects: ObjectPort | undefined;
  readonly attempt: Attempt;
}

export function compileBy(compiling: Compiling, definition: unknown): StateMachine {
  const fields = fieldsOf(typeof definition === "string" ? parseDefinition(definition) : definition, "");
  const defaultLanguage = fields.optionalOneOf("QueryLanguage", QUERY_LANGUAGES) ?? "JSONPath";
  const timeoutSeconds = fields.optionalInteger("TimeoutSeconds", { min: 1, max: 99_999_999 });
  fields.optionalOneOf("Version", ["1.0"]);
  const compilation = startCompilation({ ...compiling, compileSequence, defaultLanguage });
  return { ...compileSequence(fields, compilation), timeoutSeconds };
}

export interface LoneState {
  readonly definition: JsonObject;
  readonly name: string;
  /** The `QueryLanguage` of its machine. */
  readonly language: QueryLanguageName;
}

/** Compiles one state by itself: the states it leads to need not exist. @throws InvalidDefinitionError */
export function compileLoneState(state: LoneState, resolveTask: ResolveTask, { objects }: Ports): State {
  const { definition, name, language } = state;
  const compilation = startCompilation({
    resolveTask,
    objects,
    attempt: stopAtFirst,
    compileSequence,
    defaultLanguage: language,
  });
  return compileState(fieldsOf({ [name]: definition }, ""), name, compilation);
}

function parseDefinition(text: string): unknown {
  if (Buffer.byteLength(text) > MAX_DEFINITION_BYTES) {
    throw new InvalidDefinitionError(`the definition is larger than ${MAX_DEFINITION_BYTES} bytes`, "");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinitionError(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : error}`, "");
  }
}
