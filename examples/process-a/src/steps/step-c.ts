import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { StepBOutput } from "./step-b.js";

export const StepCOutput = z.object({ cProperty: z.string() });

export const stepC = defineStep(
  z.object({ "step-b-output": StepBOutput }),
  StepCOutput,
  () => ({ cProperty: "i like c" }),
  { name: "step-c" },
);
