import { Sfs3Error } from "../errors.js";
import { type FieldRule, type FieldRules, fieldProblem, isFunction, isText } from "../field-rules.js";
import { isFlow } from "../flow/is-flow.js";
import { isObject } from "../json-object.js";
import { TOPIC_ROOT_PATTERN, TRANSACTION_PREFIX_PATTERN } from "../names.js";
import { LAYOUTS, type Layout } from "../sidecar/layout.js";
import { ENCRYPTION_RULE } from "../step-options.js";
import { CORS_RULES, type CorsOptions, letsAnyOriginUseCredentials } from "./http/cors.js";

export const refusal = (handler: string, problem: string): Sfs3Error =>
  new Sfs3Error("StepConfigurationError", `${handler}: ${problem}.`);

/** Rules of options that several handlers have. */
export const RULES = {
  text: { holds: isText, allowed: "a non-empty string" },
  flow: { holds: isFlow, allowed: "a flow" },
  client: { holds: isObject, allowed: "a client of the AWS SDK" },
  flag: { holds: (value) => typeof value === "boolean", allowed: "true or false" },
  function: { holds: isFunction, allowed: "a function" },
  stateMachineArn: {
    holds: (value) =>
      typeof value === "string" && /^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/.test(value),
    allowed: "a state machine's ARN",
  },
  sse: ENCRYPTION_RULE,
  transactionPrefix: {
    holds: (value) => typeof value === "string" && TRANSACTION_PREFIX_PATTERN.test(value),
    allowed: "at most 30 characters A-Z a-z 0-9 _ -",
  },
  layout: { holds: (value) => LAYOUTS.some((layout) => layout === value), allowed: "'document' or 'parts'" },
  topicRoot: {
    holds: (value) => typeof value === "string" && TOPIC_ROOT_PATTERN.test(value),
    allowed: "topic levels of letters, digits, '_' and '-', joined by '/', at most 61 characters in 4 levels",
  },
  roleArn: {
    holds: (value) => typeof value === "string" && /^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(value),
    allowed: "an IAM role's ARN",
  },
  cors: { holds: isObject, allowed: "an object with origins" },
} as const satisfies FieldRules;

/** @throws `StepConfigurationError` for an option that is misspelt or out of range */
export const checkSettings = (
  handler: string,
  options: unknown,
  { rules, required = [] }: { readonly rules: FieldRules; readonly required?: readonly string[] },
): void => {
  if (!isObject(options)) throw refusal(handler, "the options must be an object");
  const problem = fieldProblem(options, { rules, required });
  if (problem !== undefined) throw refusal(handler, problem);
  if (options.cors !== undefined) checkCors(handler, options.cors as CorsOptions);
};

const checkCors = (handler: string, cors: CorsOptions): void => {
  const problem = fieldProblem({ ...cors }, { rules: CORS_RULES, required: ["origins"], prefix: "cors." });
  if (problem !== undefined) throw refusal(handler, problem);
  if (letsAnyOriginUseCredentials(cors)) {
    throw refusal(handler, "cors.origins must name the origins where cors.credentials is true; '*' lets any site in");
  }
};

/** Settings that an option gives or else a variable of the environment. */
const SETTINGS = {
  bucketName: { variable: "BUCKET_NAME", rule: RULES.text },
  stateMachineArn: { variable: "STATE_MACHINE_ARN", rule: RULES.stateMachineArn },
  topicRoot: { variable: "TOPIC_ROOT", rule: RULES.topicRoot },
  roleArn: { variable: "IOT_ROLE_ARN", rule: RULES.roleArn },
  region: { variable: "AWS_REGION", rule: RULES.text },
} as const satisfies Record<string, { readonly variable: string; readonly rule: FieldRule }>;

type SettingName = keyof typeof SETTINGS;

/** What the ids of transactions begin with; nothing where nobody says so. */
export const transactionPrefixOf = (
  handler: string,
  { transactionPrefix }: { readonly transactionPrefix?: string },
): string => {
  const prefix = transactionPrefix ?? process.env.TRANSACTION_PREFIX ?? "";
  if (RULES.transactionPrefix.holds(prefix)) return prefix;
  throw refusal(handler, `transactionPrefix, or else TRANSACTION_PREFIX, must be ${RULES.transactionPrefix.allowed}`);
};

/** How sidecars lie in S3. */
export const layoutSetting = (handler: string, { layout }: { readonly layout?: Layout | undefined }): Layout => {
  const asked = layout ?? (process.env.SIDECAR_LAYOUT || "document");
  const known = LAYOUTS.find((candidate) => candidate === asked);
  if (known !== undefined) return known;
  throw refusal(handler, `layout, or else SIDECAR_LAYOUT, must be ${RULES.layout.allowed}`);
};

/** Read when invoked, so that a module can be imported without any environment. */
export const settingOf = <TName extends SettingName>(
  handler: string,
  name: TName,
  options: { readonly [K in TName]?: string },
): string => {
  const { variable, rule } = SETTINGS[name];
  const value = options[name] ?? process.env[variable];
  if (value === undefined || value === "") {
    throw refusal(handler, `there is no ${name}: give the option, or set the environment variable ${variable}`);
  }
  if (!rule.holds(value)) throw refusal(handler, `${name}, or else ${variable}, must be ${rule.allowed}`);
  return value;
};
