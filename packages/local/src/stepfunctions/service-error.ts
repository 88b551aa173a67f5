/** AWS's names of what the API refuses. Each answers with HTTP 400. */
export type ServiceErrorCode =
  | "ActivityDoesNotExist"
  | "ActivityLimitExceeded"
  | "ActivityWorkerLimitExceeded"
  | "ExecutionAlreadyExists"
  | "ExecutionDoesNotExist"
  | "ExecutionNotRedrivable"
  | "InvalidArn"
  | "InvalidDefinition"
  | "InvalidExecutionInput"
  | "InvalidName"
  | "InvalidOutput"
  | "InvalidToken"
  | "MissingRequiredParameter"
  | "ResourceNotFound"
  | "SerializationException"
  | "StateMachineAlreadyExists"
  | "StateMachineDeleting"
  | "StateMachineDoesNotExist"
  | "StateMachineLimitExceeded"
  | "StateMachineTypeNotSupported"
  | "TaskDoesNotExist"
  | "TaskTimedOut"
  | "TooManyTags"
  | "UnknownOperationException"
  | "ValidationException";

/** What the Step Functions API refuses; `name` is AWS's code. */
export class StepFunctionsError extends Error {
  override readonly name: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.name = code;
  }
}

/** A parameter's value that breaks a constraint, in AWS's words. */
export function constraintViolation(name: string, value: unknown, constraint: string): StepFunctionsError {
  const shown = typeof value === "string" ? `'${value}'` : JSON.stringify(value ?? null);
  return new StepFunctionsError(
    "ValidationException",
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}
