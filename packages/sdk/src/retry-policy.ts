import type { RetryPolicy } from "./errors.js";
import { type FieldRules, fieldProblem, isIntegerFrom, isText } from "./field-rules.js";
import { isObject } from "./json-object.js";

const RETRY_RULES: FieldRules = {
  errors: {
    holds: (value) => Array.isArray(value) && isErrorList(value),
    allowed: "an array of at least one error name, and States.ALL only by itself",
  },
  intervalSeconds: { holds: isIntegerFrom(1, 99_999_999), allowed: "an integer from 1 to 99999999" },
  maxAttempts: { holds: isIntegerFrom(0, 99_999_999), allowed: "an integer from 0 to 99999999" },
  backoffRate: {
    holds: (value) => typeof value === "number" && Number.isFinite(value) && value >= 1,
    allowed: "a number from 1",
  },
  maxDelaySeconds: { holds: isIntegerFrom(1, 31_622_400), allowed: "an integer from 1 to 31622400" },
  jitter: { holds: (value) => value === "FULL" || value === "NONE", allowed: "'FULL' or 'NONE'" },
};

/** ASL wants `States.ALL` to stand alone. */
export const isErrorList = (errors: readonly unknown[]): boolean =>
  errors.length > 0 && errors.every(isText) && (errors.length === 1 || !errors.includes("States.ALL"));

/**
 * What is wrong with a list of retry policies; `undefined` where all is well.
 * Source: Amazon States Language, "Retrying after error".
 */
export const retryProblem = (policies: readonly unknown[]): string | undefined => {
  for (const [index, policy] of policies.entries()) {
    const problem = policyProblem(policy, `retry[${index}]`);
    if (problem !== undefined) return problem;
  }
  return repeatProblem(policies as readonly RetryPolicy[]);
};

const policyProblem = (policy: unknown, place: string): string | undefined => {
  if (!isObject(policy)) return `${place} must be an object`;
  const problem = fieldProblem(policy, { rules: RETRY_RULES, required: ["errors"], prefix: `${place}.` });
  if (problem !== undefined) return problem;
  const { intervalSeconds = 1, maxDelaySeconds = Number.POSITIVE_INFINITY } = policy as unknown as RetryPolicy;
  if (maxDelaySeconds > intervalSeconds) return undefined;
  return `${place}.maxDelaySeconds must be greater than intervalSeconds, here ${intervalSeconds}`;
};

/** The first policy that names an error decides; of two that name `States.ALL` Step Functions takes neither. */
const repeatProblem = (policies: readonly RetryPolicy[]): string | undefined => {
  const deciding = new Map<string, number>();
  const named = policies.flatMap(({ errors }, index) => errors.map((error) => ({ error, index })));
  for (const { error, index } of named) {
    const first = deciding.get(error) ?? index;
    if (first !== index) return `retry[${index}] never matches '${error}', which retry[${first}] names: name it once`;
    deciding.set(error, index);
  }
  return undefined;
};
