import { defineStep } from "@sfs3/sdk";
import { flow } from "@sfs3/sdk/flow";
import { ProcessInput } from "../src/input.js";
import { stepA } from "../src/steps/step-a.js";
import { stepB } from "../src/steps/step-b.js";
import { stepC } from "../src/steps/step-c.js";

/** step-c as it was before it was mended. */
const brokenStepC = defineStep(
  stepC.schemaIn,
  stepC.schemaOut,
  (data) => {
    throw new RangeError(`cannot like ${Object.keys(data["step-b-output"]).length} properties`);
  },
  { name: "step-c" },
);

/** ProcessA with a mistake in step-c, as it may have been deployed. */
export const processA = flow("ProcessA", { input: ProcessInput, topicRoot: "processa" })
  .step(stepA)
  .step(stepB)
  .step(brokenStepC);
