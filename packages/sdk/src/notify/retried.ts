import { FAILURES, type RetryPolicy } from "../errors.js";

const DEFAULTS: readonly RetryPolicy[] = Object.entries(FAILURES).flatMap(([name, { retry }]) =>
  retry === false ? [] : [{ errors: [name], ...retry }],
);

/**
 * Whether the machine may retry this failure: a retrier names it. How many retries that retrier has left a step cannot
 * know: the machine counts them per retrier, the payload's attempt counts all of them.
 *
 * Retriers stand as the generator puts them: those of the step, those of the table, those that match any error.
 */
export const isRetried = (name: string, policies: readonly RetryPolicy[] = []): boolean => {
  const specific = policies.filter((policy) => !isCatchAll(policy));
  const retriers = [...specific, ...DEFAULTS, ...policies.filter(isCatchAll)];
  const first = retriers.find(({ errors }) => errors.some((error) => matches(error, name)));
  return first !== undefined && first.maxAttempts !== 0;
};

const isCatchAll = ({ errors }: RetryPolicy): boolean =>
  errors.includes("States.ALL") || errors.includes("States.TaskFailed");

/** Source: Step Functions Developer Guide, "Error names": `States.TaskFailed` matches all but `States.Timeout`. */
const matches = (error: string, name: string): boolean =>
  error === name || error === "States.ALL" || (error === "States.TaskFailed" && name !== "States.Timeout");
