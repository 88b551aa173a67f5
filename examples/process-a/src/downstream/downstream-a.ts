import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { ProcessInput } from "../input.js";

export const DownstreamAOutput = z.object({ received: z.string() });

export const downstreamA = defineStep(ProcessInput, DownstreamAOutput, ({ foo }) => ({ received: foo }), {
  name: "downstream-a",
});
