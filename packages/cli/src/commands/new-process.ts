import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ProcessView } from "@sfs3/templates";
import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES, EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { addToApp, constructToAdd } from "../scaffold/cdk-app.js";
import { applyChanges, describeChanges, type FileEdit, refuseExisting } from "../scaffold/change-set.js";
import { addToFlows } from "../scaffold/flows-module.js";
import { checkProcess, processFiles } from "../scaffold/process-files.js";
import { FLOWS_MODULE, regenerate } from "../scaffold/regenerate.js";

interface NewProcessOptions {
  readonly step: string;
  readonly dryRun?: boolean;
}

const APP = join("deploy", "app.ts");

export function addNewProcess(group: Command, io: Io): void {
  group
    .command("process")
    .summary("make a process with its first step, and their tests")
    .description(
      "Makes a process in src/<name>: its flow, its input and an example of it, its first step, and their tests,\n" +
        `which pass at once. Adds it to ${FLOWS_MODULE} and to what is deployed, and generates its definition.\n` +
        "Either all of it is done or nothing.\n" +
        "Templates of yours in .sfs3/templates/process are used instead of those so named.",
    )
    .argument("<name>", "the process's name: 1 to 57 characters A-Z a-z 0-9 _ -")
    .option("--step <name>", "the first step's name", "reserve")
    .option("--dry-run", "print the files and changes to standard output instead of writing them")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 new process orders
  sfs3 new process order-intake --step validate --dry-run`,
    )
    .action((name: string, options: NewProcessOptions) => newProcess(name, options, io));
}

async function newProcess(name: string, { step, dryRun }: NewProcessOptions, io: Io): Promise<void> {
  const view = checkProcess({ name, step }, "sfs3 new process");
  const flows = textOf(FLOWS_MODULE, io);
  if (flows === undefined) {
    throw new CliError(
      `There is no ${FLOWS_MODULE} in ${io.cwd}. Run this in the root of a project, or make one: sfs3 init my-app`,
    );
  }
  const app = textOf(APP, io);
  const appEdit = app === undefined ? undefined : addToApp(APP, app, view);
  const edit = [addToFlows(FLOWS_MODULE, flows, view), appEdit].filter(
    (change): change is FileEdit => change !== undefined,
  );
  const create = processFiles(view, io);
  refuseExisting(create, io, "Choose another name.");
  if (dryRun) {
    io.stdout.write(describeChanges({ create, edit }));
    return;
  }
  await applyChanges({ create, edit }, io, () => regenerate(io));
  if (app !== undefined && appEdit === undefined) throw leftToDo(view);
  io.stderr.write(`\n${view.typeName} is in src/${name}. Run it: sfs3 run ${FLOWS_MODULE} ${runOptions(view)}\n`);
}

const runOptions = ({ name, typeName }: ProcessView): string =>
  `--flow ${typeName} --input src/${name}/input.example.json`;

function textOf(path: string, { cwd }: Io): string | undefined {
  const target = resolve(cwd, path);
  return existsSync(target) ? readFileSync(target, "utf8") : undefined;
}

const leftToDo = (view: ProcessView): CliError =>
  new CliError(
    `src/${view.name} is made, but ${APP} could not be edited: it has no 'new Sfs3Process(...)' statement, or does not ` +
      `import the flows as a namespace. Add there:\n\n  import * as flows from "../src/flows.js";\n\n  ${constructToAdd(view)}`,
    { exitCode: EXIT_CODES.unfinished },
  );
