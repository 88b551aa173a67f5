import type { JsonObject } from "../asl/index.js";
import { unsupportedParameter } from "./accepted-parameters.js";
import { StepFunctionsError } from "./service-error.js";

/** Reads an operation's parameters; what does not fit is a ValidationException in AWS's words. */
export function readParameters(operation: string, values: JsonObject) {
  const refuse = (name: string, constraint: string): never => {
    throw new StepFunctionsError(
      "ValidationException",
      `1 validation error detected: Value ${JSON.stringify(values[name] ?? null)} at '${name}' failed to satisfy constraint: ${constraint}`,
    );
  };
  const unsupported = unsupportedParameter(operation, values);
  if (unsupported !== undefined) refuse(unsupported, `The embedded Step Functions does not support it in ${operation}`);
  const optional = <T>(name: string, type: string, is: (value: unknown) => value is T): T | undefined => {
    const value = values[name];
    if (value === undefined || value === null) return undefined;
    return is(value) ? value : refuse(name, `Member must be a ${type}`);
  };
  const optionalString = (name: string) => optional(name, "string", (value) => typeof value === "string");
  return {
    optionalString,
    optionalNumber: (name: string) => optional(name, "number", (value) => typeof value === "number"),
    optionalBoolean: (name: string) => optional(name, "boolean", (value) => typeof value === "boolean"),
    string: (name: string) => optionalString(name) ?? refuse(name, "Member must not be null"),
  };
}
