import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { ProcessInput } from "../input.js";

export const StepAOutput = z.object({
  status: z.string(),
  details: z.string(),
  stepAOutput1: z.string(),
  stepAOutput2: z.boolean(),
  stepAOutput3: z.number(),
});

export const stepA = defineStep(
  ProcessInput,
  StepAOutput,
  () => ({
    status: "ok",
    details: "nothing to share",
    stepAOutput1: "a1",
    stepAOutput2: false,
    stepAOutput3: 123,
  }),
  { name: "step-a" },
);
