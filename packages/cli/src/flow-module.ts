import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type FlowDefinition, isFlow } from "@sfs3/sdk/flow";
import { CliError } from "./cli-error.js";
import { unlessInterrupted } from "./interrupted.js";
import type { Io } from "./io.js";
import loadModule from "./load-module.js";

/** A flow and the name under which its module exports it. */
export interface ExportedFlow {
  readonly exportName: string;
  readonly flow: FlowDefinition;
}

/** A module and the flows it exports. */
export interface FlowModule {
  readonly path: string;
  readonly flows: readonly ExportedFlow[];
  /** The flow that is the module's default export. */
  readonly main: ExportedFlow | undefined;
}

/**
 * Loads a module and finds its flows.
 *
 * @throws `CliError` if there is no such module, it does not load, or it exports no flow
 */
export async function loadFlowModule(module: string, { cwd, signal }: Io): Promise<FlowModule> {
  const path = modulePath(module, cwd);
  return flowModule(path, await unlessInterrupted(signal, loadOrRefuse(path)));
}

/** @throws `CliError` if there is no such file */
export function modulePath(module: string, cwd: string): string {
  const path = resolve(cwd, module);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) {
    const what = found === undefined ? "There is no module" : "A folder is no module:";
    throw new CliError(`${what} ${path}. Give the path of the file that exports your flow.`);
  }
  return path;
}

/** @throws `CliError` if the module exports no flow */
export function flowModule(path: string, exported: Readonly<Record<string, unknown>>): FlowModule {
  const flows = flowsOf(exported);
  if (flows.length === 0) {
    throw new CliError(
      `${path} exports no flow. Export one: export const myProcess = flow("MyProcess", { ... }).step(...)`,
    );
  }
  return { path, flows, main: flows.find(({ flow }) => flow === exported.default) };
}

const loadOrRefuse = (path: string) =>
  loadModule(path).catch((cause: unknown) => {
    throw new CliError(`${path} does not load: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });

/** Each flow once, though it may be exported twice: `default` counts where there is no other name. */
function flowsOf(exported: Readonly<Record<string, unknown>>): readonly ExportedFlow[] {
  const byFlow = new Map<FlowDefinition, string>();
  for (const [exportName, value] of Object.entries(exported)) {
    if (isFlow(value) && (!byFlow.has(value) || exportName !== "default")) byFlow.set(value, exportName);
  }
  return [...byFlow].map(([flow, exportName]) => ({ flow, exportName }));
}

/**
 * The flow that the user means: the one named, else the module's default export, else its only one.
 *
 * @throws `CliError` that lists the flows where the choice is open
 */
export function selectFlow({ path, flows, main }: FlowModule, wanted: string | undefined): ExportedFlow {
  const names = flows.map(({ flow, exportName }) => `${flow.name} (export ${exportName})`).join(", ");
  if (wanted !== undefined) {
    const found = flows.find(({ flow, exportName }) => flow.name === wanted || exportName === wanted);
    if (found === undefined) throw new CliError(`${path} exports no flow named '${wanted}'. It exports ${names}.`);
    return found;
  }
  const only = flows.length === 1 ? flows[0] : main;
  if (only !== undefined) return only;
  throw new CliError(`${path} exports several flows: ${names}. Name one with --flow, or export one as default.`);
}
