import { Sfs3Error } from "./errors.js";
import { JOURNAL_KEY, NAME_PATTERN } from "./names.js";

type Rule = { readonly holds: (value: unknown) => boolean; readonly allowed: string };

const isFunction = (value: unknown): boolean => typeof value === "function";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isIntegerFrom =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (value: unknown) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;

const isOutputKey = (value: unknown): boolean =>
  typeof value === "string" && /^[^/]{1,128}$/s.test(value) && value !== JOURNAL_KEY && value !== "__proto__";

const isEncryption = (value: unknown): boolean =>
  value === "AES256" ||
  (isObject(value) && value.algorithm === "aws:kms" && isText(value.keyId) && Object.keys(value).length === 2);

const RETRY_RULES: Readonly<Record<string, Rule>> = {
  errors: {
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
    allowed: "an array of at least one error name",
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

const OPTION_RULES: Readonly<Record<string, Rule>> = {
  name: {
    holds: (value) => typeof value === "string" && NAME_PATTERN.test(value) && value !== "__proto__",
    allowed: "1 to 64 characters A-Z a-z 0-9 _ -, other than '__proto__'",
  },
  outputKey: {
    holds: isOutputKey,
    allowed: `1 to 128 characters without '/', other than '${JOURNAL_KEY}' and '__proto__'`,
  },
  ready: { holds: isFunction, allowed: "a function" },
  route: { holds: isFunction, allowed: "a function" },
  timeoutSeconds: { holds: isIntegerFrom(1, 900), allowed: "an integer from 1 to 900" },
  retry: { holds: Array.isArray, allowed: "an array of retry policies" },
  notify: {
    holds: (value) => value === "progress" || value === "terminal" || value === "none",
    allowed: "'progress', 'terminal' or 'none'",
  },
  sse: { holds: isEncryption, allowed: "'AES256' or { algorithm: 'aws:kms', keyId }" },
  clients: { holds: isObject, allowed: "an object with s3, iot or sfn" },
};

/** For authors without the compiler, and for values that it cannot see. */
export const checkOptions = (schemaIn: unknown, schemaOut: unknown, fn: unknown, options: unknown): void => {
  if (!isObject(options)) throw refusal("a step", "the options must be an object with at least a name");
  const step = typeof options.name === "string" ? `step '${options.name}'` : "a step";
  if (!isSchema(schemaIn)) throw refusal(step, "schemaIn must be a schema of zod 4 or zod/mini");
  if (!isSchema(schemaOut)) throw refusal(step, "schemaOut must be a schema of zod 4 or zod/mini");
  if (!isFunction(fn)) throw refusal(step, "fn must be a function");
  checkFields(step, options, { rules: OPTION_RULES, required: ["name"], prefix: "" });
  for (const [index, policy] of (Array.isArray(options.retry) ? options.retry : []).entries()) {
    if (!isObject(policy)) throw refusal(step, `retry[${index}] must be an object`);
    checkFields(step, policy, { rules: RETRY_RULES, required: ["errors"], prefix: `retry[${index}].` });
  }
};

const checkFields = (
  step: string,
  given: Record<string, unknown>,
  { rules, required, prefix }: { rules: Readonly<Record<string, Rule>>; required: readonly string[]; prefix: string },
): void => {
  for (const field of new Set([...required, ...Object.keys(given)])) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined) {
      throw refusal(step, `unknown option '${prefix}${field}'; the options are ${Object.keys(rules).join(", ")}`);
    }
    const absent = given[field] === undefined && !required.includes(field);
    if (!absent && !rule.holds(given[field])) throw refusal(step, `${prefix}${field} must be ${rule.allowed}`);
  }
};

const isSchema = (value: unknown): boolean => (isObject(value) || isFunction(value)) && "_zod" in (value as object);

const refusal = (step: string, message: string): Sfs3Error =>
  new Sfs3Error("StepConfigurationError", `defineStep of ${step}: ${message}.`);
