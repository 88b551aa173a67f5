import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { nameStates } from "@sfs3/sdk/flow";
import { CliError } from "../cli-error.js";
import { type ExportedFlow, type FlowModule, loadFlowModule } from "../flow-module.js";
import type { Io } from "../io.js";

/** A flow of the project, and the module that exports it. */
export interface Process extends ExportedFlow {
  /** Absolute. */
  readonly modulePath: string;
  /** Its folder in `src`, where it has one. */
  readonly folder: string | undefined;
  /** Whether it is what the module is about: its default export, and not one of a list of all flows. */
  readonly isMain: boolean;
}

export interface ProcessOptions {
  /** Folder, name of the flow or of its export. */
  readonly process?: string | undefined;
  readonly module?: string | undefined;
  /** A state that it has: decides where no process is named. */
  readonly state?: string | undefined;
}

const ENDINGS = ["ts", "mts", "js", "mjs"];

/**
 * The flow that the user means: of `module`, else of `src/<process>/flow.ts`, `src/flow.ts` or `src/flows.ts`.
 *
 * @returns `undefined` where the project has no flow, and none was asked for
 * @throws `CliError` that lists the flows where the choice is open
 */
export async function findProcess(options: ProcessOptions, io: Io): Promise<Process | undefined> {
  const { process, module } = options;
  const paths = module === undefined ? conventional(io.cwd, process) : [module];
  const loaded: Process[] = [];
  for (const path of paths) loaded.push(...processesOf(await loadFlowModule(path, io), io));
  const all = loaded.filter(({ flow }, index) => loaded.findIndex((other) => other.flow === flow) === index);
  if (all.length === 0 && process === undefined) return undefined;
  const found = process === undefined ? withState(all, options.state) : matching(all, process);
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  const mains = found.filter(({ isMain }) => isMain);
  const [main] = mains;
  if (main !== undefined && mains.length === 1 && found.every(({ modulePath }) => modulePath === main.modulePath))
    return main;
  throw new CliError(refusal(only === undefined ? all : found, process, io));
}

function refusal(there: readonly Process[], process: string | undefined, { cwd }: Io): string {
  const list = there.map(({ flow, modulePath }) => `${flow.name} (${relative(cwd, modulePath)})`).join(", ");
  if (there.length === 0) return `--process ${process}: there is no flow in src. Make one: sfs3 new process ${process}`;
  if (process === undefined) return `Which flow? There are ${list}. Name one with --process.`;
  return `--process ${process}: ${there.length === 1 ? "there is" : "there are"} ${list}. Name one of these flows, or its module with --module.`;
}

/** The modules of the project that hold flows; with a process's name that is a folder, its own alone. */
function conventional(cwd: string, process: string | undefined): readonly string[] {
  const source = join(cwd, "src");
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const own = folders
    .filter(({ name }) => name === process)
    .flatMap(({ name }) => moduleAt(join(source, name, "flow")));
  if (own.length > 0) return own;
  const names = folders.map(({ name }) => name).sort();
  return [...names.map((name) => join(source, name, "flow")), join(source, "flow"), join(source, "flows")].flatMap(
    moduleAt,
  );
}

const moduleAt = (path: string): readonly string[] =>
  ENDINGS.map((ending) => `${path}.${ending}`)
    .filter((candidate) => existsSync(candidate))
    .slice(0, 1);

function processesOf({ path, flows, main }: FlowModule, { cwd }: Io): readonly Process[] {
  const [source, folder, file] = relative(cwd, path).split(/[\\/]/);
  const isOwn = source === "src" && file?.startsWith("flow.") === true;
  const isList = basename(path).startsWith("flows.");
  return flows.map((flow) => ({
    ...flow,
    modulePath: path,
    folder: isOwn ? folder : undefined,
    isMain: flow === main && !isList,
  }));
}

/** Those that have the state; all of them where none has, or there is nothing to look for. */
function withState(all: readonly Process[], state: string | undefined): readonly Process[] {
  const found = all.filter(({ flow }) => [...nameStates(flow.states).values()].some((name) => name === state));
  return found.length > 0 ? found : all;
}

/** By the flow's name, its export's, or that of its folder, which may hold other flows beside it. */
function matching(all: readonly Process[], wanted: string): readonly Process[] {
  const isWanted = (name: string | undefined) => name !== undefined && normal(name) === normal(wanted);
  const named = all.filter(({ flow, exportName }) => isWanted(flow.name) || isWanted(exportName));
  return named.length > 0 ? named : all.filter(({ folder }) => isWanted(folder));
}

/** `order-intake`, `orderIntake` and `OrderIntake` are one name. */
const normal = (name: string): string => name.replaceAll(/[-_]/g, "").toLowerCase();
