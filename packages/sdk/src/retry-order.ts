import { FAILURES, type RetryPolicy } from "./errors.js";

/** What the table of failures asks of the machine. */
export const FAILURE_POLICIES: readonly RetryPolicy[] = Object.entries(FAILURES).flatMap(([name, { retry }]) =>
  retry === false ? [] : [{ errors: [name], ...retry }],
);

/** ASL takes the first retrier that matches, so those that match any error come last. */
export const inRetryOrder = (own: readonly RetryPolicy[], defaults: readonly RetryPolicy[]): readonly RetryPolicy[] => [
  ...own.filter(isSpecific),
  ...defaults,
  ...own.filter((policy) => !isSpecific(policy)),
];

const isSpecific = ({ errors }: RetryPolicy): boolean =>
  !errors.includes("States.ALL") && !errors.includes("States.TaskFailed");
