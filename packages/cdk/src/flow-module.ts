import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { DeploymentError } from "./deployment-error.js";
import { MODULE_EXTENSIONS, type StepEntry } from "./step-module.js";

/**
 * Absolute path of the module that exports the flow: the one that is named, or `flow.ts` in the folder of the steps, or in
 * the folder above it.
 *
 * @throws DeploymentError where there is none
 */
export const flowModule = ({ name }: FlowDefinition, entry: StepEntry, named: string | undefined): string => {
  const candidates = named === undefined ? besideSteps(entry) : [resolve(named)];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new DeploymentError(
    `The start API of ${name} needs the module that exports the flow, to check inputs by. ` +
      `${candidates.length === 0 ? "" : `There is no '${candidates[0]}'. `}Give its path, api: { flowModule: ... }; a ` +
      "handler of your own, api: { modules: { start: ... } }; or no API, api: false.",
  );
};

const besideSteps = (entry: StepEntry): readonly string[] =>
  typeof entry === "function"
    ? []
    : [join(entry, ".."), entry].flatMap((folder) =>
        MODULE_EXTENSIONS.map((extension) => resolve(join(folder, `flow${extension}`))),
      );
