import { Sfs3Error } from "../../errors.js";
import { stringifyWhole } from "../../inexact-output.js";
import { JOURNAL_KEY } from "../../names.js";
import { parseWith } from "../../schema.js";
import type { Schema } from "../../step.js";
import { Problem } from "../http/problem.js";

/**
 * The input as the schema reads it, as the JSON text of an object: the sidecar to be.
 *
 * @throws Problem `invalid-input` with what the schema found, of the data nothing
 */
export const renderInput = async (schema: Schema, given: Readonly<Record<string, unknown>>): Promise<string> => {
  if (Object.hasOwn(given, JOURNAL_KEY)) {
    throw new Problem("invalid-input", `The key '${JOURNAL_KEY}' is reserved for the journal.`);
  }
  const failure = { name: "StepInputError", subject: "The input is not what the process takes" } as const;
  const parsed = await parseWith(schema, given, failure).catch((error: unknown) => {
    if (!(error instanceof Sfs3Error)) throw error;
    throw new Problem("invalid-input", error.message, { issues: error.issues });
  });
  const text = stringifyWhole(parsed, REFUSALS);
  if (!text?.startsWith("{")) throw misfit("an object");
  return text;
};

const misfit = (wanted: string): Sfs3Error =>
  new Sfs3Error("StepConfigurationError", `The input schema's output must be ${wanted}: it becomes the sidecar.`);

const REFUSALS = {
  flaw: (what: string) => misfit(`what JSON can carry, not ${what}`),
  broken: () => misfit("what JSON can carry"),
};
