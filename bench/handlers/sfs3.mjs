import { defineStep } from "@sfs3/sdk";
import { Input, Output } from "../schemas.mjs";

/** The same work as a step: predicate, journal, conditional merge with retry, progress. The payload says which layout. */
export const handler = defineStep(Input, Output, (data) => ({ count: data["step-1-output"].records.length }), {
  name: "measured",
});
