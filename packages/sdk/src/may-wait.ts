import type { $ZodType } from "zod/v4/core";
import { perSchema } from "./per-schema.js";
import { schemasIn } from "./schemas-in.js";

/**
 * Whether parsing by a schema may have to wait: whether it holds code of its author's that could return a promise. zod
 * compiles a schema only for parsing at once, which is ten times as fast.
 */
export const mayWait = /* @__PURE__ */ perSchema((schema): boolean => {
  let looked = 0;
  for (const part of schemasIn(schema)) {
    looked += 1;
    if (looked > MAX_SCHEMAS || holdsCode(part)) return true;
  }
  return false;
});

/** A factory that calls itself, `tree = () => z.object({ get next() { return tree(); } })`, makes new schemas without end. */
const MAX_SCHEMAS = 1_000;

const holdsCode = ({ _zod: { def } }: $ZodType): boolean =>
  WITH_CODE.test(def.type) || ("check" in def && def.check === "custom") || "transform" in def;

/** A `refine` is a check, a `codec` a pipe that has a transform. */
const WITH_CODE = /^(?:custom|function|promise|transform)$/;
