import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderAsl } from "@sfs3/sdk/flow";
import { genAsl } from "../commands/gen-asl.js";
import { loadFlowModule } from "../flow-module.js";
import { forgetModules } from "../forget-modules.js";
import type { Io } from "../io.js";
import { lockPathOf } from "../lock/locate-lock.js";
import { replaceFile } from "../replace-file.js";

/** Where a project has its flows, and where their definitions lie; from the project's root. */
export const FLOWS_MODULE = "src/flows.ts";
export const DEFINITIONS = "asl";

/**
 * Generates the definitions of the project again, from its sources as they are now: of each flow that `src/flows.ts`
 * exports. A project without that module keeps definitions where it likes: of the flows of `module` those are written
 * that are in `asl` already, the others are only tried.
 *
 * @param module loaded where there is no `src/flows.ts`; without either there is nothing to do
 * @throws `FlowDefinitionError` or `CliError` where a flow does not load or no definition can be made; the definitions
 * are then what they were
 */
export async function regenerate(io: Io, module?: string): Promise<void> {
  forgetModules(io.cwd);
  if (existsSync(resolve(io.cwd, FLOWS_MODULE))) return generate(FLOWS_MODULE, { all: true, out: DEFINITIONS }, io);
  if (module === undefined) return;
  for (const { flow } of (await loadFlowModule(module, io)).flows) {
    const out = join(DEFINITIONS, `${flow.name}.asl.json`);
    if (existsSync(resolve(io.cwd, out))) await generate(module, { flow: flow.name, out }, io);
    else renderAsl(flow);
  }
}

const generate = (module: string, options: Parameters<typeof genAsl>[1], io: Io) =>
  restoringOnFailure(
    () => definitionFiles(module, io),
    async () => void (await genAsl(module, options, io)),
  );

function definitionFiles(module: string, { cwd }: Io): readonly string[] {
  const folder = resolve(cwd, DEFINITIONS);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".asl.json")) : [];
  return [...names.map((name) => join(folder, name)), lockPathOf(resolve(cwd, module))];
}

async function restoringOnFailure(paths: () => readonly string[], action: () => Promise<void>): Promise<void> {
  const before = new Map(paths().map((path) => [path, existsSync(path) ? readFileSync(path) : undefined]));
  try {
    await action();
  } catch (error) {
    for (const path of new Set([...paths(), ...before.keys()])) {
      const content = before.get(path);
      if (content === undefined) rmSync(path, { force: true });
      else replaceFile(path, content);
    }
    throw error;
  }
}
