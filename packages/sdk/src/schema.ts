import { type $ZodIssue, type output, type ParseContext, safeParseAsync } from "zod/v4/core";
import { declaredKeys, shownKey } from "./declared-keys.js";
import { type Issue, Sfs3Error } from "./errors.js";
import { isTooDeep } from "./json-object.js";
import type { Schema } from "./step.js";

const MAX_LISTED_ISSUES = 5;

/** What zod passes on to each schema inside of the one that parses. */
export type ZodContext = ParseContext<$ZodIssue>;

interface ParseSettings {
  readonly name: "StepInputError" | "StepOutputError";
  readonly subject: string;
  readonly context?: ZodContext;
}

/** Parses; what the schema refuses is thrown under the given name, with paths and messages but nothing of the data. */
export const parseWith = async <T extends Schema>(
  schema: T,
  value: unknown,
  { name, subject, context }: ParseSettings,
): Promise<output<T>> => {
  const result = await safeParseAsync(schema, value, context).catch((error: unknown) => {
    if (!isTooDeep(error)) throw error;
    throw new Sfs3Error(name, `${subject}: it is nested too deep.`, { cause: error });
  });
  if (result.success) return result.data;
  const declared = declaredKeys(schema);
  const issues = result.error.issues.map((issue) => ({
    path: issue.path.map((key) => shownKey(declared, key)),
    message: messageOf(issue),
  }));
  throw new Sfs3Error(name, `${subject}: ${describeIssues(issues)}`, { issues });
};

/** Of zod's own messages this one alone quotes the data. */
const messageOf = (issue: $ZodIssue): string =>
  issue.code === "unrecognized_keys" ? `${issue.keys.length} unrecognized key(s)` : issue.message;

const describeIssues = (issues: readonly Issue[]): string => {
  const listed = issues.slice(0, MAX_LISTED_ISSUES).map(({ path, message }) => {
    return path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`;
  });
  const more = issues.length - listed.length;
  return more > 0 ? `${listed.join("; ")}; and ${more} more` : listed.join("; ");
};
