import { startCompilation } from "./compilation.js";
import { InvalidDefinitionError } from "./errors.js";
import { fieldsOf } from "./fields.js";
import { QUERY_LANGUAGES } from "./query-language.js";
import { compileSequence } from "./sequence.js";
import type { Sequence } from "./state.js";
import type { ResolveTask } from "./task-resource.js";

/** A definition that can be executed any number of times. */
export interface StateMachine extends Sequence {
  /** Unit: seconds. */
  readonly timeoutSeconds: number | undefined;
}

/** Largest definition. Unit: bytes of UTF-8. Source: Step Functions quotas. */
export const MAX_DEFINITION_BYTES = 1_048_576;

/**
 * Checks a definition as CreateStateMachine does and prepares it for {@link execute}.
 *
 * @param definition the definition as JSON text or as a value
 * @param resolveTask finds what stands behind each Task's `Resource`
 * @throws InvalidDefinitionError naming path and field of whatever is wrong or not supported; nothing is ignored
 */
export function compile(definition: unknown, resolveTask: ResolveTask): StateMachine {
  const fields = fieldsOf(typeof definition === "string" ? parseDefinition(definition) : definition, "");
  const defaultLanguage = fields.optionalOneOf("QueryLanguage", QUERY_LANGUAGES) ?? "JSONPath";
  const timeoutSeconds = fields.optionalInteger("TimeoutSeconds", { min: 1, max: 99_999_999 });
  fields.optionalOneOf("Version", ["1.0"]);
  const compilation = startCompilation({ resolveTask, compileSequence, defaultLanguage });
  return { ...compileSequence(fields, compilation), timeoutSeconds };
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
