import { InvalidDefinitionError } from "../asl/index.js";
import { checkPageSize } from "./constraints.js";
import { type Finding, warningsOf } from "./definition-warnings.js";
import { type CompileMachine, compileFor, type StateMachineType } from "./definitions.js";

export interface ValidateDefinitionInput {
  readonly definition: string;
  /** Default: `STANDARD`. */
  readonly type?: StateMachineType | undefined;
  /** `WARNING` shows warnings too. Default: `ERROR`. */
  readonly severity?: "ERROR" | "WARNING" | undefined;
  /** 0 to 100; 0 means the default. Default: 100. */
  readonly maxResults?: number | undefined;
}

const MAX_DIAGNOSTICS = 100;

/** What CreateStateMachine would say to a definition. */
export function validateDefinition(input: ValidateDefinitionInput, compile: CompileMachine) {
  const { definition, type = "STANDARD", severity = "ERROR", maxResults = 0 } = input;
  checkPageSize(maxResults, MAX_DIAGNOSTICS);
  const error = errorOf(() => compileFor(type, definition, compile));
  const errors = error === undefined ? [] : [{ severity: "ERROR" as const, ...error }];
  const isParsed = error?.code !== "INVALID_JSON_DESCRIPTION";
  const warnings = severity === "WARNING" && isParsed ? warningsOf(JSON.parse(definition)) : [];
  const diagnostics = [...errors, ...warnings.map((warning) => ({ severity: "WARNING" as const, ...warning }))];
  const shown = diagnostics.slice(0, maxResults || MAX_DIAGNOSTICS);
  return {
    result: error === undefined ? "OK" : "FAIL",
    diagnostics: shown,
    truncated: shown.length < diagnostics.length,
  };
}

function errorOf(check: () => unknown): Finding | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    const { code = "SCHEMA_VALIDATION_FAILED", message = error.message } =
      /^(?<code>[A-Z_]+): (?<message>.*)$/s.exec(error.message)?.groups ?? {};
    return { code, message, location: error.path === "" ? "/" : error.path };
  }
}
