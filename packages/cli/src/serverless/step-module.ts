import { readdirSync } from "node:fs";
import { join, parse } from "node:path";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import loadModule from "../load-module.js";

/** Where Lambda finds the handler of a step. */
export interface StepModule {
  readonly path: string;
  readonly exportName: string;
}

/**
 * The file below `sources` that is named after the step and exports it.
 *
 * @throws `CliError` where there is none
 */
export async function findStep(flow: FlowDefinition, step: string, sources: string): Promise<StepModule> {
  for (const path of modulesNamed(step, sources)) {
    const exported = Object.entries(await loadModule(path));
    const [exportName] = exported.find(([, value]) => value === flow.handlers[step]) ?? [];
    if (exportName !== undefined) return { path, exportName };
  }
  throw new CliError(
    `${flow.name}: no file ${step}.ts below ${sources} exports the step '${step}'. Put each step into a file of its name.`,
  );
}

const modulesNamed = (step: string, folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && parse(entry.name).name === step && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
