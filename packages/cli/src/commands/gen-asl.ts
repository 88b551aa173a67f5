import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type FlowDefinition, renderAsl } from "@sfs3/sdk/flow";
import type { Command } from "commander";
import { CliError, refusing } from "../cli-error.js";
import { differenceOf } from "../definition/difference.js";
import { validateDefinition } from "../definition/validate.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import { type FlowModule, loadFlowModule, selectFlow } from "../flow-module.js";
import type { Io } from "../io.js";
import { noteLayouts } from "../layout-note.js";
import { lockPathOf } from "../lock/locate-lock.js";
import { LOCK_FILE, lockFlows, parseLock, renderLock } from "../lock/lock-file.js";
import { replaceFile } from "../replace-file.js";

export interface GenAslOptions {
  readonly flow?: string;
  readonly all?: boolean;
  readonly out?: string;
  readonly check?: boolean;
  readonly validate?: boolean;
}

/** A text and where it belongs; without a path it is for standard output. */
interface Target {
  /** What it is of, for messages. */
  readonly name: string;
  readonly rendered: string;
  readonly path: string | undefined;
}

export function addGenAsl(program: Command, io: Io): void {
  program
    .command("gen-asl")
    .summary("generate the state machine's definition (ASL) from a flow")
    .description("Generates the Amazon States Language definition of the flows that a module exports.")
    .argument("<module>", "TypeScript or JavaScript file that exports the flow")
    .option(
      "--flow <name>",
      "the flow to generate, by its name or its export (default: the default export, or the only flow)",
    )
    .option("--all", "every flow of the module; --out is then a folder, which gets one <flow>.asl.json each")
    .option("--out <path>", "write here instead of to standard output, and bring sfs3.lock.json up to date")
    .option("--check", "write nothing; exit 1 with a diff where a file is not what would be written")
    .option("--validate", "have the definition judged by asl-validator and by AWS's language server as well")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 gen-asl src/flow.ts
  sfs3 gen-asl src/flow.ts --flow Orders --out orders.asl.json
  sfs3 gen-asl src/flow.ts --all --out asl --check --validate`,
    )
    .action(async (module: string, options: GenAslOptions) => {
      const flows = await genAsl(module, options, io);
      if (!options.check) noteLayouts(flows, io);
    });
}

/**
 * Does what the command does: also for what makes or changes flows.
 *
 * @returns the flows whose definitions these are
 */
export async function genAsl(path: string, options: GenAslOptions, io: Io): Promise<readonly FlowDefinition[]> {
  checkUsage(options);
  const module = await loadFlowModule(path, io);
  const flows = chosenFlows(module, options);
  const definitions = flows.map((flow) => ({
    name: flow.name,
    rendered: renderAsl(flow),
    path: pathOf(flow, options, io),
  }));
  if (options.validate) for (const definition of definitions) await judge(definition, io);
  const targets = options.out === undefined ? definitions : [...definitions, lockTarget(module, flows)];
  if (options.check) check(targets, { cwd: io.cwd, command: commandWithoutCheck(path, options) });
  else for (const target of targets) await refusing(`${target.name} is not written`, async () => write(target, io));
  return flows;
}

function checkUsage({ all, flow, out, check }: GenAslOptions): void {
  if (all && flow !== undefined) throw new CliError("--all and --flow exclude each other. Leave one out.");
  if (all && out === undefined) throw new CliError("--all needs a folder to write to. Add --out <folder>.");
  if (check && out === undefined) throw new CliError("--check needs the file to compare with. Add --out <path>.");
}

const chosenFlows = (module: FlowModule, { all, flow }: GenAslOptions): readonly FlowDefinition[] =>
  all ? module.flows.map((exported) => exported.flow) : [selectFlow(module, flow).flow];

/** The lock file with these flows as they are now; what it says of others stays. */
function lockTarget(module: FlowModule, flows: readonly FlowDefinition[]): Target {
  const path = lockPathOf(module.path);
  const others = existsSync(path) ? parseLock(readFileSync(path, "utf8"), path) : {};
  return { name: LOCK_FILE, rendered: renderLock({ ...others, ...lockFlows(flows) }), path };
}

function pathOf(flow: FlowDefinition, { out, all }: GenAslOptions, { cwd }: Io): string | undefined {
  if (out === undefined) return undefined;
  return all ? join(resolve(cwd, out), `${flow.name}.asl.json`) : resolve(cwd, out);
}

async function judge({ name, rendered }: Target, { stderr }: Io): Promise<void> {
  const issues = await validateDefinition(rendered);
  if (issues.length === 0) {
    stderr.write(`${name}: valid for asl-validator and amazon-states-language-service\n`);
    return;
  }
  const list = issues.map(({ validator, message }) => `  ${validator}: ${message}`).join("\n");
  throw new CliError(`The definition of ${name} is not valid:\n${list}`);
}

interface Checking {
  readonly cwd: string;
  /** What makes the files fresh. */
  readonly command: string;
}

function check(targets: readonly Target[], { cwd, command }: Checking): void {
  const stale = targets.flatMap(({ rendered, path = "" }) => {
    const name = relative(cwd, path);
    if (!existsSync(path)) return [`${name} does not exist.\n`];
    return differenceOf(name, readFileSync(path, "utf8"), rendered) ?? [];
  });
  if (stale.length === 0) return;
  throw new CliError(`${stale.join("\n")}\n${stale.length} of ${targets.length} stale. To write: ${command}`);
}

const commandWithoutCheck = (module: string, { all, flow, out }: GenAslOptions): string =>
  ["sfs3 gen-asl", module, all && "--all", flow && `--flow ${flow}`, `--out ${out}`].filter(Boolean).join(" ");

function write({ name, rendered, path }: Target, { stdout, stderr }: Io): void {
  if (path === undefined) {
    stdout.write(rendered);
    return;
  }
  replaceFile(path, rendered);
  stderr.write(`${name}: written to ${path}\n`);
}
