import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DeploymentError } from "./deployment-error.js";

/** Where the modules of the steps are: a folder that holds `<step name>.ts`, or what gives a step's path. */
export type StepEntry = string | ((stepName: string) => string);

export const MODULE_EXTENSIONS = [".ts", ".mts", ".js", ".mjs"] as const;

/**
 * Absolute path of the module that exports a step. Relative ones start at the working directory, which of a CDK app is
 * the folder of `cdk.json`.
 *
 * @throws DeploymentError where there is none
 */
export const stepModule = (entry: StepEntry, step: string): string => {
  if (typeof entry === "function") {
    const path = resolve(entry(step));
    if (existsSync(path)) return path;
    throw new DeploymentError(`Step '${step}' has no module: entry('${step}') is '${path}', which does not exist.`);
  }
  const candidates = MODULE_EXTENSIONS.map((extension) => resolve(join(entry, `${step}${extension}`)));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new DeploymentError(
    `Step '${step}' has no module: there is no '${candidates[0]}'. Export the step from a file of that name, or give ` +
      "entry a function that says where each step's module is: (stepName) => path.",
  );
};
