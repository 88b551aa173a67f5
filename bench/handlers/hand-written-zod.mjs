import { Everything, Output } from "../schemas.mjs";
import { createHandler } from "./hand-written.mjs";

/** The same, with zod for all that is read and for what is written. */
export const handler = createHandler((document) => {
  const parsed = Everything.parse(document);
  Output.parse({ count: parsed["step-1-output"].records.length });
  return parsed;
});
