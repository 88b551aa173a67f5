import { defineStep } from "@sfs3/sdk";
import { leanIot, leanS3 } from "../clients/lean-aws-clients.mjs";
import { Input, Output } from "../schemas.mjs";

/** The step over lean clients, given by the option that takes other clients: what is left of it are the SDK's own costs. */
export const handler = defineStep(Input, Output, (data) => ({ count: data["step-1-output"].records.length }), {
  name: "measured",
  clients: { s3: leanS3, iot: leanIot },
});
