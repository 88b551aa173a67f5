import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { DownstreamBOutput } from "./downstream-b.js";

export const DownstreamCOutput = z.object({ done: z.boolean() });

export const downstreamC = defineStep(
  z.object({ "downstream-b-output": DownstreamBOutput }),
  DownstreamCOutput,
  () => ({ done: true }),
  { name: "downstream-c" },
);
