import { FAILURES, type RetryPolicy } from "../../errors.js";

/**
 * Transient errors of the Lambda service itself.
 * Source: AWS Step Functions Developer Guide, "Handle transient Lambda service exceptions".
 */
const LAMBDA_SERVICE_ERRORS: RetryPolicy = {
  errors: [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
  ],
  intervalSeconds: 2,
  maxAttempts: 6,
  backoffRate: 2,
  jitter: "FULL",
};

/** Retries of a call to another service that is worth repeating whatever the error. */
export const RETRY_ANY_ERROR: RetryPolicy = {
  errors: ["States.ALL"],
  intervalSeconds: 1,
  maxAttempts: 3,
  backoffRate: 2,
  jitter: "FULL",
};

const FAILURE_POLICIES: readonly RetryPolicy[] = Object.entries(FAILURES).flatMap(([name, { retry }]) =>
  retry === false ? [] : [{ errors: [name], ...retry }],
);

/** The Retry of a step's Task: the author's policies first, then what sfs3's and Lambda's errors deserve. */
export function retriersOf(policies: readonly RetryPolicy[]): readonly object[] {
  const decided = new Set(policies.flatMap((policy) => policy.errors));
  const defaults = [...FAILURE_POLICIES, LAMBDA_SERVICE_ERRORS].flatMap((policy) => {
    const errors = policy.errors.filter((error) => !decided.has(error));
    return errors.length === 0 ? [] : [{ ...policy, errors }];
  });
  return [...policies.filter(isSpecific), ...defaults, ...policies.filter((policy) => !isSpecific(policy))].map(
    toRetrier,
  );
}

/** ASL takes the first retrier that matches, so those that match any error come last. */
const isSpecific = (policy: RetryPolicy): boolean =>
  !policy.errors.includes("States.ALL") && !policy.errors.includes("States.TaskFailed");

/** A policy in ASL's words. */
export const toRetrier = (policy: RetryPolicy): object => ({
  ErrorEquals: policy.errors,
  ...(policy.intervalSeconds !== undefined && { IntervalSeconds: policy.intervalSeconds }),
  ...(policy.maxAttempts !== undefined && { MaxAttempts: policy.maxAttempts }),
  ...(policy.backoffRate !== undefined && { BackoffRate: policy.backoffRate }),
  ...(policy.maxDelaySeconds !== undefined && { MaxDelaySeconds: policy.maxDelaySeconds }),
  ...(policy.jitter !== undefined && { JitterStrategy: policy.jitter }),
});
