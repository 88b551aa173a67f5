import type { RetryPolicy } from "../../errors.js";
import { FAILURE_POLICIES, inRetryOrder } from "../../retry-order.js";

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

/** The Retry of a step's Task: the author's policies first, then what sfs3's and Lambda's errors deserve. */
export function retriersOf(policies: readonly RetryPolicy[]): readonly object[] {
  const decided = new Set(policies.flatMap((policy) => policy.errors));
  const defaults = [...FAILURE_POLICIES, LAMBDA_SERVICE_ERRORS].flatMap((policy) => {
    const errors = policy.errors.filter((error) => !decided.has(error));
    return errors.length === 0 ? [] : [{ ...policy, errors }];
  });
  return inRetryOrder(policies, defaults).map(toRetrier);
}

/** A policy in ASL's words. */
export const toRetrier = (policy: RetryPolicy): object => ({
  ErrorEquals: policy.errors,
  ...(policy.intervalSeconds !== undefined && { IntervalSeconds: policy.intervalSeconds }),
  ...(policy.maxAttempts !== undefined && { MaxAttempts: policy.maxAttempts }),
  ...(policy.backoffRate !== undefined && { BackoffRate: policy.backoffRate }),
  ...(policy.maxDelaySeconds !== undefined && { MaxDelaySeconds: policy.maxDelaySeconds }),
  ...(policy.jitter !== undefined && { JitterStrategy: policy.jitter }),
});
