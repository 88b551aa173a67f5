import type { Attempt } from "./compilation.js";
import { compileBy, type Ports } from "./compile.js";
import { InvalidDefinitionError } from "./errors.js";
import type { ResolveTask } from "./task-resource.js";

/** A problem of a definition, as ValidateStateMachineDefinition lists them. */
export interface Diagnostic {
  /** AWS's code, such as `MISSING_TRANSITION_TARGET`. */
  readonly code: string;
  readonly message: string;
  /** Such as `/States/Charge/Retry[0]/MaxAttempts`; `/` for the definition itself. */
  readonly location: string;
}

/**
 * Finds what {@link compile} would refuse in a definition: each of its states is looked at, and the first problem of each
 * is told.
 *
 * Source: API reference of ValidateStateMachineDefinition.
 */
export function validate(definition: unknown, resolveTask: ResolveTask, ports: Ports = {}): readonly Diagnostic[] {
  const problems: InvalidDefinitionError[] = [];
  const attempt: Attempt = (work) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InvalidDefinitionError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  attempt(() => compileBy({ resolveTask, objects: ports.objects, attempt }, definition));
  return problems.map(diagnosticOf);
}

/** A refusal as a diagnostic: its message begins with AWS's code. */
export function diagnosticOf({ message: text, path }: InvalidDefinitionError): Diagnostic {
  const { code = "SCHEMA_VALIDATION_FAILED", message = text } =
    /^(?<code>[A-Z_]+): (?<message>.*)$/s.exec(text)?.groups ?? {};
  return { code, message, location: path === "" ? "/" : path };
}
