import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { Records } from "../../schemas.mjs";

/** Step `index` of a row: it reads what the one before it wrote. */
export function createStep(index, output) {
  const Input = index === 0 ? z.object({ foo: z.string() }) : z.object({ [`step-${index - 1}-output`]: Records });
  return defineStep(Input, Records, () => output, { name: `step-${index}` });
}
