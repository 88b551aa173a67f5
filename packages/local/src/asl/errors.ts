/** A definition that Step Functions (or this engine) does not accept: the message names the state's path and field. */
export class InvalidDefinitionError extends Error {
  override readonly name = "InvalidDefinition";
  readonly code = "InvalidDefinition";
  /** Where: a path such as `/States/Charge/Retry[0]/MaxAttempts`. */
  readonly path: string;

  constructor(message: string, path: string) {
    super(`${message} at ${path === "" ? "/" : path}`);
    this.path = path;
  }
}

export interface FailureOptions {
  /** Whether Retry and Catch may see it. Default: true. */
  readonly catchable?: boolean;
  /** Other names under which `ErrorEquals` matches it. */
  readonly alsoKnownAs?: string;
  /** The field whose expression failed; makes history show an EvaluationFailed event. */
  readonly location?: string;
}

/** A state's failure: `error` and `cause` as ASL's Error and Cause. Task runners reject with it. */
export class StateFailure extends Error {
  override readonly name = "StateFailure";
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  readonly options: FailureOptions;

  constructor(error: string | undefined, cause: string | undefined, options: FailureOptions = {}) {
    super(`${error ?? "unnamed error"}: ${cause ?? "no cause given"}`);
    this.error = error;
    this.cause = cause;
    this.options = options;
  }

  /** The same failure, its expression told of already. */
  withoutLocation(): StateFailure {
    const { location: _told, ...rest } = this.options;
    return new StateFailure(this.error, this.cause, rest);
  }
}

/** Whether a Retrier or Catcher with these names takes this failure. */
export function matchesErrorEquals(failure: StateFailure, errorEquals: readonly string[]): boolean {
  if (failure.options.catchable === false) return false;
  return errorEquals.some((name) => {
    if (name === "States.ALL") return true;
    // AWS: a wildcard for everything but a timeout.
    if (name === "States.TaskFailed" && failure.error !== "States.Timeout") return true;
    return name === failure.error || name === failure.options.alsoKnownAs;
  });
}

/** What `$states.errorOutput` holds. */
export const errorOutput = (failure: StateFailure) => ({
  Error: failure.error ?? null,
  Cause: failure.cause ?? null,
});

export const dataLimitExceeded = (where: string, catchable: boolean) =>
  new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${where}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    { catchable },
  );

/** The one border where what a task runner threw becomes a failure. */
export function asStateFailure(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  if (thrown instanceof Error && "Error" in thrown && typeof thrown.Error === "string") {
    const cause = "Cause" in thrown && typeof thrown.Cause === "string" ? thrown.Cause : undefined;
    return new StateFailure(thrown.Error, cause);
  }
  return new StateFailure(
    "States.TaskFailed",
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  );
}
