import { type FieldRules, fieldProblem, isIntegerFrom, isText } from "./field-rules.js";
import { isObject } from "./json-object.js";

const RETRY_RULES: FieldRules = {
  errors: {
    holds: (value) => Array.isArray(value) && isErrorList(value),
    allowed: "an array of at least one error name, and States.ALL only by itself",
  },
  intervalSeconds: { holds: isIntegerFrom(1), allowed: "an integer from 1" },
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
    const prefix = `retry[${index}]`;
    const problem = isObject(policy)
      ? fieldProblem(policy, { rules: RETRY_RULES, required: ["errors"], prefix: `${prefix}.` })
      : `${prefix} must be an object`;
    if (problem !== undefined) return problem;
  }
  return undefined;
};
