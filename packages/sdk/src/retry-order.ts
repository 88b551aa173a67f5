import { FAILURES, type RetryPolicy } from "./errors.js";

/** What the table of failures asks of the machine. */
export const FAILURE_POLICIES: readonly RetryPolicy[] = Object.entries(FAILURES).flatMap(([name, { retry }]) =>
  retry === false ? [] : [{ errors: [name], ...retry }],
);

/**
 * ASL takes the first retrier that matches, so those that match any error come last, and `States.ALL` after all others:
 * Step Functions takes it nowhere else.
 */
export const inRetryOrder = (own: readonly RetryPolicy[], defaults: readonly RetryPolicy[]): readonly RetryPolicy[] => [
  ...own.filter((policy) => breadth(policy) === 0),
  ...defaults,
  ...own.filter((policy) => breadth(policy) > 0).toSorted((one, other) => breadth(one) - breadth(other)),
];

/** The widest of a policy's names: `States.ALL` matches any error, `States.TaskFailed` any but a timeout. */
const breadth = ({ errors }: RetryPolicy): number =>
  Math.max(0, ...errors.map((error) => ["States.TaskFailed", "States.ALL"].indexOf(error) + 1));
