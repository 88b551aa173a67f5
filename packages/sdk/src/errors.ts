/**
 * How Step Functions retries a failure: the fields of an ASL Retrier, in their units.
 *
 * Source: AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows", Retry.
 *
 * @example
 * ```ts
 * import type { RetryPolicy } from "@sfs3/sdk";
 *
 * const patient: RetryPolicy = { errors: ["GatewayBusy"], intervalSeconds: 2, maxAttempts: 5, jitter: "FULL" };
 * ```
 */
export interface RetryPolicy {
  /** Error names, as ASL's `ErrorEquals` matches them: each in one policy of a list; `States.ALL` stands alone in its own. */
  readonly errors: readonly string[];
  /** Wait before the first retry. Unit: seconds, integer, 1 to 99,999,999. Default: 1. */
  readonly intervalSeconds?: number;
  /** Retries after the first attempt. Integer, 0 to 99,999,999; 0 means never. Default: 3. */
  readonly maxAttempts?: number;
  /** Factor by which the wait grows with each retry. ≥ 1. Default: 2. */
  readonly backoffRate?: number;
  /** Upper bound of the wait. Unit: seconds, integer above `intervalSeconds`, up to 31,622,400. Default: none. */
  readonly maxDelaySeconds?: number;
  /** `FULL` draws each wait between 0 and its computed length. Default: `NONE`. */
  readonly jitter?: "FULL" | "NONE";
}

type FailureRetry = Omit<RetryPolicy, "errors">;

/**
 * Every error that sfs3 itself throws, in a Lambda or while a flow is built. The key is `error.name`, the string that ASL
 * matches in `ErrorEquals`; the generator derives each state's `Retry` from this table.
 */
export const FAILURES = {
  /** What the step needs is not in the sidecar (yet), or there is no sidecar. */
  S3DataPreconditionError: { retry: { intervalSeconds: 1, maxAttempts: 3, backoffRate: 1 } },
  /** Conditional writes kept losing until the time budget was spent. */
  SidecarConflictError: {
    retry: { intervalSeconds: 1, maxAttempts: 5, backoffRate: 2, maxDelaySeconds: 30, jitter: "FULL" },
  },
  /** S3 throttled or failed after the client's own retries. */
  SidecarUnavailableError: {
    retry: { intervalSeconds: 2, maxAttempts: 6, backoffRate: 2, maxDelaySeconds: 60, jitter: "FULL" },
  },
  /** Present in the sidecar, but not what `schemaIn` describes. */
  StepInputError: { retry: false },
  /** `fn` returned what `schemaOut` does not accept, or what JSON cannot carry. */
  StepOutputError: { retry: false },
  /** The sidecar is not JSON, not an object, or ambiguous. */
  SidecarCorruptError: { retry: false },
  /** The state payload breaks the wire contract. */
  InvalidEventError: { retry: false },
  /** A step, or a handler of the API, is misdefined or misconfigured: an option out of range, a missing variable, an S3 without ETags. */
  StepConfigurationError: { retry: false },
  /** A flow that no definition can be generated from; thrown while building or generating, never inside a Lambda. */
  FlowDefinitionError: { retry: false },
} as const satisfies Record<string, { readonly retry: FailureRetry | false }>;

/** The name of an error that sfs3 itself throws. */
export type FailureName = keyof typeof FAILURES;

/** One thing that a schema found wrong: where, and what. It holds nothing of the data. */
export interface Issue {
  /** Keys that the schema names and indexes; a key that is itself data, as a record's, is `*`. */
  readonly path: readonly PropertyKey[];
  /** The schema's own words; what the author has a schema say is the author's. */
  readonly message: string;
}

/**
 * The one error class of the SDK; `name` says which failure of {@link FAILURES} it is. Its messages hold no process data,
 * since they end in the execution's history.
 *
 * @example
 * ```ts
 * import { Sfs3Error } from "@sfs3/sdk";
 *
 * if (error instanceof Sfs3Error && error.name === "StepInputError") console.error(error.issues);
 * ```
 */
export class Sfs3Error extends Error {
  override readonly name: FailureName;
  /** What the schema found wrong; empty unless `name` is `StepInputError` or `StepOutputError`. */
  readonly issues: readonly Issue[];

  constructor(name: FailureName, message: string, options: { cause?: unknown; issues?: readonly Issue[] } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = name;
    this.issues = options.issues ?? [];
  }

  /** Whether a generated machine retries this failure. */
  get retryable(): boolean {
    return FAILURES[this.name].retry !== false;
  }
}
