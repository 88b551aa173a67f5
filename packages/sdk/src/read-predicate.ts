import { Sfs3Error } from "./errors.js";
import { kindOf } from "./json-object.js";
import { requiredKeys } from "./required-keys.js";
import type { AnyStep } from "./step.js";

/** Throws `S3DataPreconditionError` where the sidecar does not hold (yet) what the step needs. */
export const checkReady = (
  { schemaIn, options }: AnyStep,
  value: Readonly<Record<string, unknown>>,
  txnId: string,
): void => {
  const refuse = (what: string) =>
    new Sfs3Error("S3DataPreconditionError", `Step '${options.name}' ${what} the sidecar of transaction '${txnId}'.`);
  if (options.ready !== undefined) {
    if (!answer(options.name, options.ready(value))) throw refuse("is not ready by its own predicate on");
    return;
  }
  const missing = requiredKeys(schemaIn).filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) throw refuse(`misses ${missing.map((key) => `'${key}'`).join(", ")} in`);
};

/** A promise of `false` is truthy: what is no boolean must not pass for one. */
const answer = (step: string, ready: unknown): boolean => {
  if (typeof ready === "boolean") return ready;
  throw new Sfs3Error(
    "StepConfigurationError",
    `ready of step '${step}' returned ${kindOf(ready)}; it must return true or false, and not be async.`,
  );
};
