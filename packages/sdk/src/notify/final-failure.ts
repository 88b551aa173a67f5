import { FAILURES, type RetryPolicy } from "../errors.js";

const DEFAULT_MAX_ATTEMPTS = 3;

const TABLE: readonly RetryPolicy[] = Object.entries(FAILURES).flatMap(([name, { retry }]) =>
  retry === false ? [] : [{ errors: [name], maxAttempts: retry.maxAttempts }],
);

/**
 * Whether the machine gives up after this failure: no retrier names it, or the first that does has no attempt left.
 * A payload without `sfs3` says nothing of attempts; each then counts as the first.
 */
export const isFinalFailure = (name: string, attempt: number, retry: readonly RetryPolicy[] = []): boolean => {
  const retrier = [...retry, ...TABLE].find(({ errors }) => errors.some((error) => matches(error, name)));
  return retrier === undefined || attempt > (retrier.maxAttempts ?? DEFAULT_MAX_ATTEMPTS);
};

/** Source: Step Functions Developer Guide, "Error names": `States.TaskFailed` matches all but `States.Timeout`. */
const matches = (error: string, name: string): boolean =>
  error === name || error === "States.ALL" || (error === "States.TaskFailed" && name !== "States.Timeout");
