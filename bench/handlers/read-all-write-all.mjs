import { awsSdk } from "../clients/aws-sdk.mjs";
import { Everything, Output } from "../schemas.mjs";
import { createHandler } from "./create-by-hand.mjs";

/** The pattern that sfs3 began as: the whole document read, checked and written, whatever others wrote meanwhile. */
export const handler = createHandler(awsSdk, {
  parse: (document) => Everything.parse(document),
  render: (output) => Output.parse(output),
  isConditional: false,
});
