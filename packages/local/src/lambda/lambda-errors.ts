import { AwsError } from "../http/aws-error.js";

/** What the Lambda API itself refuses, with its HTTP status. */
const API_ERRORS = {
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  RequestTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  ServiceException: 500,
  ValidationException: 400,
} as const satisfies Record<string, number>;

export const lambdaError = (name: keyof typeof API_ERRORS, message: string): AwsError =>
  new AwsError(name, {
    status: API_ERRORS[name],
    message,
    fields: { Type: API_ERRORS[name] < 500 ? "User" : "Service", Message: message },
  });

/** What an invocation came to: JSON text, and `Unhandled` when it tells of an error. */
export interface InvocationAnswer {
  readonly payload: string;
  readonly functionError?: "Unhandled";
}

interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export const failed = (failure: FunctionFailure): InvocationAnswer => ({
  payload: JSON.stringify(failure),
  functionError: "Unhandled",
});

// The handler may throw anything, and an error of another realm is no instance of this one's Error.
const isErrorLike = (error: unknown): error is Error =>
  typeof error === "object" && error !== null && "name" in error && "message" in error;

/** What a handler threw, as Lambda's Node.js runtime reports it. */
export function thrown(error: unknown): InvocationAnswer {
  if (!isErrorLike(error)) return failed({ errorType: typeof error, errorMessage: String(error), trace: [] });
  return failed({
    errorType: String(error.name),
    errorMessage: String(error.message),
    trace: String(error.stack ?? error).split("\n"),
  });
}

const sandbox = (errorType: string, requestId: string, problem: string): InvocationAnswer =>
  failed({ errorType, errorMessage: `RequestId: ${requestId} Error: ${problem}` });

export const timedOut = (requestId: string, timeoutSeconds: number): InvocationAnswer =>
  sandbox("Sandbox.Timedout", requestId, `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);

export const exited = (requestId: string, exitCode: number): InvocationAnswer =>
  sandbox(
    "Runtime.ExitError",
    requestId,
    exitCode === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${exitCode}`,
  );

export const outOfMemory = (requestId: string): InvocationAnswer =>
  sandbox("Runtime.ExitError", requestId, "Runtime exited with error: signal: killed");

export const initTimedOut = (requestId: string, limitMs: number): InvocationAnswer =>
  sandbox("Sandbox.Timedout", requestId, `The module did not load within ${(limitMs / 1_000).toFixed(2)} seconds`);
