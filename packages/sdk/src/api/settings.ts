import { Sfs3Error } from "../errors.js";
import { type FieldRules, fieldProblem, isFunction, isText } from "../field-rules.js";
import { isObject } from "../json-object.js";
import { ENCRYPTION_RULE } from "../step-options.js";
import { CORS_RULES, type CorsOptions, letsAnyOriginUseCredentials } from "./http/cors.js";

/** What a setting without its option and its variable is told. */
export const refusal = (handler: string, problem: string): Sfs3Error =>
  new Sfs3Error("StepConfigurationError", `${handler}: ${problem}.`);

/** Rules of options that several handlers have. */
export const RULES = {
  text: { holds: isText, allowed: "a non-empty string" },
  client: { holds: isObject, allowed: "a client of the AWS SDK" },
  flag: { holds: (value) => typeof value === "boolean", allowed: "true or false" },
  function: { holds: isFunction, allowed: "a function" },
  stateMachineArn: {
    holds: (value) =>
      typeof value === "string" && /^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/.test(value),
    allowed: "a state machine's ARN",
  },
  sse: ENCRYPTION_RULE,
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

/** A setting: the option, or the environment variable. Read when invoked, so that a module can be imported without any. */
export const settingOf = (handler: string, option: readonly [string, string | undefined], variable: string): string => {
  const [name, given] = option;
  const value = given ?? process.env[variable];
  if (value !== undefined && value !== "") return value;
  throw refusal(handler, `there is no ${name}: give the option, or set the environment variable ${variable}`);
};
