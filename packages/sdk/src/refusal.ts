import type { $ZodIssue } from "zod/v4/core";
import { declaredKeys, shownKey } from "./declared-keys.js";
import { type Issue, Sfs3Error } from "./errors.js";
import type { ParseSettings } from "./schema.js";
import type { Schema } from "./step.js";

const MAX_LISTED_ISSUES = 5;

/** What a schema found wrong, with paths and messages but nothing of the data. */
export const refusal = (
  schema: Schema,
  found: readonly $ZodIssue[],
  { name, subject }: Pick<ParseSettings, "name" | "subject">,
): Sfs3Error => {
  const declared = declaredKeys(schema);
  const issues = found.map((issue) => ({
    path: issue.path.map((key) => shownKey(declared, key)),
    message: messageOf(issue),
  }));
  return new Sfs3Error(name, `${subject}: ${describeIssues(issues)}`, { issues });
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
