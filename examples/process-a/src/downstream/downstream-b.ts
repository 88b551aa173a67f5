import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { DownstreamAOutput } from "./downstream-a.js";

export const DownstreamBOutput = z.object({ length: z.number() });

export const downstreamB = defineStep(
  z.object({ "downstream-a-output": DownstreamAOutput }),
  DownstreamBOutput,
  ({ "downstream-a-output": { received } }) => ({ length: received.length }),
  { name: "downstream-b" },
);
