import { dirname } from "node:path";
import type { HandlerSource } from "./bundle.js";

const text = (value: unknown): string => JSON.stringify(value);

/** A function that runs a step: whichever export of the module is the step of that name. */
export const stepSource = (step: string, module: string): HandlerSource => ({
  label: `Step '${step}' (${module})`,
  folder: dirname(module),
  code: `import * as exported from ${text(module)};
const isStep = (value) => typeof value === "function" && value.options?.name === ${text(step)} && "schemaIn" in value;
export const handler = Object.values(exported).find(isStep);
if (handler === undefined) throw new Error(${text(`The module of step '${step}' exports no step of that name.`)});
`,
});
