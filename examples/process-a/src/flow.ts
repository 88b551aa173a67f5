import { flow } from "@sfs3/sdk/flow";
import { downstream } from "./downstream/flow.js";
import { ProcessInput } from "./input.js";
import { stepA } from "./steps/step-a.js";
import { stepB } from "./steps/step-b.js";
import { stepC } from "./steps/step-c.js";
import { stepD } from "./steps/step-d.js";
import { stepE } from "./steps/step-e.js";
import { stepF } from "./steps/step-f.js";

export const processA = flow("ProcessA", { input: ProcessInput, topicRoot: "processa" })
  .step(stepA)
  .step(stepB)
  .step(stepC)
  .step(stepD)
  .step(stepE)
  .step(stepF);

export { downstream };

export default processA;
