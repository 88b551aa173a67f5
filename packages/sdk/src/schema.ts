import { type $ZodIssue, type output, type ParseContext, safeParse, safeParseAsync } from "zod/v4/core";
import { Sfs3Error } from "./errors.js";
import { isTooDeep } from "./json-object.js";
import { mayWait } from "./may-wait.js";
import type { Schema } from "./step.js";

/** What zod passes on to each schema inside of the one that parses. */
export type ZodContext = ParseContext<$ZodIssue>;

export interface ParseSettings {
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
  const parsed = async () => (mayWait(schema) ? safeParseAsync : safeParse)(schema, value, context);
  const result = await parsed().catch((error: unknown) => {
    if (!isTooDeep(error)) throw error;
    throw new Sfs3Error(name, `${subject}: it is nested too deep.`, { cause: error });
  });
  if (result.success) return result.data;
  // Loaded when called: what a schema accepts has no part in it.
  const { refusal } = await import("./refusal.js");
  throw refusal(schema, result.error.issues, { name, subject });
};
