import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { StepAOutput } from "./step-a.js";

export const StepBOutput = z.object({ property1: z.string(), property2: z.string() });

export const stepB = defineStep(
  z.object({ "step-a-output": StepAOutput }),
  StepBOutput,
  () => ({ property1: "p1", property2: "p2" }),
  { name: "step-b" },
);
