import { Sfs3Error } from "./errors.js";
import { requiredKeys } from "./required-keys.js";
import type { SidecarDocument } from "./sidecar/document.js";
import type { AnyStep } from "./step.js";

/** Throws `S3DataPreconditionError` where the sidecar does not hold (yet) what the step needs. */
export const checkReady = ({ schemaIn, options }: AnyStep, { value }: SidecarDocument, txnId: string): void => {
  const refuse = (what: string) =>
    new Sfs3Error("S3DataPreconditionError", `Step '${options.name}' ${what} the sidecar of transaction '${txnId}'.`);
  if (options.ready !== undefined) {
    if (!options.ready(value)) throw refuse("is not ready by its own predicate on");
    return;
  }
  const missing = requiredKeys(schemaIn).filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) throw refuse(`misses ${missing.map((key) => `'${key}'`).join(", ")} in`);
};
