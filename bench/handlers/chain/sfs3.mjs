import { defineStep } from "@sfs3/sdk";
import { Records } from "../../schemas.mjs";
import { inputOf } from "./input.mjs";

/** Step `index` of a row: it reads what the one before it wrote. */
export function createStep(index, output) {
  return defineStep(inputOf(index), Records, () => output, { name: `step-${index}` });
}
