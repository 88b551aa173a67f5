import { awsSdk } from "../clients/aws-sdk.mjs";
import { Everything, Output } from "../schemas.mjs";
import { createHandler } from "./create-by-hand.mjs";

/** By hand, with zod for all that was read: one schema of the whole document, as teams share it between their steps. */
export const handler = createHandler(awsSdk, {
  parse: (document) => Everything.parse(document),
  render: (output) => Output.parse(output),
});
