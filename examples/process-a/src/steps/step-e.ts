import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { StepDOutput } from "./step-d.js";

export const StepEOutput = z.object({ e: z.string() });

export const stepE = defineStep(z.object({ "step-d-output": StepDOutput }), StepEOutput, () => ({ e: "e output" }), {
  name: "step-e",
});
