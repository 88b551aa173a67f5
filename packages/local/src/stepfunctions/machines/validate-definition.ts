import { type Diagnostic, diagnosticOf, InvalidDefinitionError } from "../../asl/index.js";
import { checkPageSize } from "../constraints.js";
import { type Finding, warningsOf } from "./definition-warnings.js";
import type { StateMachineType } from "./definitions.js";
import { checkExpress } from "./express-definition.js";

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

/** Finds what is wrong with a definition, given all that the service lets its machines reach. */
export type Diagnose = (definition: string) => readonly Diagnostic[];

/** What CreateStateMachine would say to a definition, of all of its states. */
export function validateDefinition(input: ValidateDefinitionInput, diagnose: Diagnose) {
  const { definition, type = "STANDARD", severity = "ERROR", maxResults = 0 } = input;
  checkPageSize(maxResults, MAX_DIAGNOSTICS);
  const problems = diagnose(definition);
  const isParsed = problems[0]?.code !== "INVALID_JSON_DESCRIPTION";
  const errors = isParsed && type === "EXPRESS" ? [...problems, ...expressProblems(definition)] : problems;
  const warnings = isParsed && severity === "WARNING" ? warningsOf(JSON.parse(definition)) : [];
  const diagnostics = [...errors.map(withSeverity("ERROR")), ...warnings.map(withSeverity("WARNING"))];
  const shown = diagnostics.slice(0, maxResults || MAX_DIAGNOSTICS);
  return {
    result: errors.length === 0 ? "OK" : "FAIL",
    diagnostics: shown,
    truncated: shown.length < diagnostics.length,
  };
}

const withSeverity =
  (severity: "ERROR" | "WARNING") =>
  ({ code, message, location }: Finding) => ({ severity, code, message, location });

function expressProblems(definition: string): readonly Finding[] {
  try {
    checkExpress(JSON.parse(definition));
    return [];
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    return [diagnosticOf(error)];
  }
}
