import type { RetryPolicy } from "../errors.js";
import { FAILURE_POLICIES, inRetryOrder } from "../retry-order.js";

/**
 * Whether the machine may retry this failure: a retrier names it. How many retries that retrier has left a step cannot
 * know: the machine counts them per retrier, the payload's attempt counts all of them.
 */
export const isRetried = (name: string, policies: readonly RetryPolicy[] = []): boolean => {
  const retriers = inRetryOrder(policies, FAILURE_POLICIES);
  const first = retriers.find(({ errors }) => errors.some((error) => matches(error, name)));
  return first !== undefined && first.maxAttempts !== 0;
};

/** Source: Step Functions Developer Guide, "Error names": `States.TaskFailed` matches all but `States.Timeout`. */
const matches = (error: string, name: string): boolean =>
  error === name || error === "States.ALL" || (error === "States.TaskFailed" && name !== "States.Timeout");
