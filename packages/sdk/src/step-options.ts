import { Sfs3Error } from "./errors.js";
import { type FieldRule, type FieldRules, fieldProblem, isFunction, isIntegerFrom, isText } from "./field-rules.js";
import { isObject } from "./json-object.js";
import { JOURNAL_KEY, NAME_PATTERN } from "./names.js";
import { retryProblem } from "./retry-policy.js";

const isOutputKey = (value: unknown): boolean =>
  typeof value === "string" && /^[^/]{1,128}$/s.test(value) && value !== JOURNAL_KEY && value !== "__proto__";

const isEncryption = (value: unknown): boolean =>
  value === "AES256" ||
  (isObject(value) && value.algorithm === "aws:kms" && isText(value.keyId) && Object.keys(value).length === 2);

export const ENCRYPTION_RULE: FieldRule = {
  holds: isEncryption,
  allowed: "'AES256' or { algorithm: 'aws:kms', keyId }",
};

const OPTION_RULES: FieldRules = {
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
  sse: ENCRYPTION_RULE,
  clients: { holds: isObject, allowed: "an object with s3, iot or sfn" },
};

/** For authors without the compiler, and for values that it cannot see. */
export const checkOptions = (schemaIn: unknown, schemaOut: unknown, fn: unknown, options: unknown): void => {
  if (!isObject(options)) throw refusal("a step", "the options must be an object with at least a name");
  const step = typeof options.name === "string" ? `step '${options.name}'` : "a step";
  if (!isSchema(schemaIn)) throw refusal(step, "schemaIn must be a schema of zod 4 or zod/mini");
  if (!isSchema(schemaOut)) throw refusal(step, "schemaOut must be a schema of zod 4 or zod/mini");
  if (!isFunction(fn)) throw refusal(step, "fn must be a function");
  const problem =
    fieldProblem(options, { rules: OPTION_RULES, required: ["name"] }) ??
    (Array.isArray(options.retry) ? retryProblem(options.retry) : undefined);
  if (problem !== undefined) throw refusal(step, problem);
};

const isSchema = (value: unknown): boolean => (isObject(value) || isFunction(value)) && "_zod" in (value as object);

const refusal = (step: string, message: string): Sfs3Error =>
  new Sfs3Error("StepConfigurationError", `defineStep of ${step}: ${message}.`);
