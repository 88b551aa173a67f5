import { Input, Output } from "../schemas.mjs";
import { createHandler } from "./create-hand-written.mjs";

/** By hand, with zod for what the step reads and writes: the checks that a step of the SDK makes. */
export const handler = createHandler({
  parse: (document) => Input.parse(document),
  render: (output) => Output.parse(output),
});
