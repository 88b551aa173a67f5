import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { StepCOutput } from "./step-c.js";

export const StepDOutput = z.object({ d: z.string() });

export const stepD = defineStep(z.object({ "step-c-output": StepCOutput }), StepDOutput, () => ({ d: "d output" }), {
  name: "step-d",
});
