import { awsSdk } from "../clients/aws-sdk.mjs";
import { Input, Output } from "../schemas.mjs";
import { createHandler } from "./create-by-hand.mjs";

/** By hand, with zod for what the step reads and writes: the checks that a step of the SDK makes. */
export const handler = createHandler(awsSdk, {
  parse: (document) => Input.parse(document),
  render: (output) => Output.parse(output),
});
