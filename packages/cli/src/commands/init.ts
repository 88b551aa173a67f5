import { basename, relative, resolve } from "node:path";
import type { Deployment } from "@sfs3/templates";
import { type Command, Option } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { applyChanges, describeChanges, filesIn, refuseExisting } from "../scaffold/change-set.js";
import { installDependencies } from "../scaffold/install.js";
import { detectPackageManager, PACKAGE_MANAGERS, type PackageManager } from "../scaffold/package-manager.js";
import { checkProcess } from "../scaffold/process-files.js";
import { projectFiles, projectName } from "../scaffold/project-files.js";
import { regenerate } from "../scaffold/regenerate.js";

interface InitOptions {
  readonly process?: string;
  readonly step?: string;
  readonly deploy?: Deployment;
  readonly packageManager?: PackageManager;
  readonly install: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const DEPLOYMENTS: readonly { readonly value: Deployment; readonly label: string }[] = [
  { value: "cdk", label: "AWS CDK" },
  { value: "serverless", label: "Serverless Framework (its open-source fork osls)" },
];

const COMMAND = "sfs3 init --process";

/** What a project has that nobody gave a process. */
const HELLO = { process: "hello", step: "greet" };

const DEFAULT_STEP = "reserve";

export function addInit(program: Command, io: Io): void {
  program
    .command("init")
    .summary("make a project with its first process")
    .description(
      "Makes a project: a process with a step and their tests, run by npm start, deployed by npm run deploy.\n" +
        "Asks on a terminal for what is not given. Either all files are written or none; none is overwritten.",
    )
    .argument("[folder]", "where; made where absent", ".")
    .option("--process <name>", "the first process's name: 1 to 57 characters A-Z a-z 0-9 _ - (default: hello)")
    .option("--step <name>", "its first step's name (default: reserve; of hello: greet)")
    .addOption(
      new Option("--deploy <tool>", "what deploys it (default: cdk)").choices(DEPLOYMENTS.map(({ value }) => value)),
    )
    .addOption(
      new Option("--package-manager <name>", "what installs it (default: the one that runs this, else npm)").choices(
        Object.keys(PACKAGE_MANAGERS),
      ),
    )
    .option("--no-install", "leave the dependencies to be installed later")
    .option("--yes", "ask nothing")
    .option("--dry-run", "print the files to standard output instead of writing them")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 init my-app
  sfs3 init my-app --process orders --deploy serverless --package-manager pnpm --yes`,
    )
    .action((folder: string, options: InitOptions) => init(folder, options, io));
}

async function init(folder: string, options: InitOptions, io: Io): Promise<void> {
  const target = resolve(io.cwd, folder);
  const { process, deploy } = await answers(options, io);
  const step = options.step ?? (process === HELLO.process ? HELLO.step : DEFAULT_STEP);
  const packageManager = options.packageManager ?? detectPackageManager(io.env);
  const view = checkProcess({ name: process, step }, COMMAND);
  const project = { name: projectName(basename(target)), process: view, deployment: deploy, packageManager };
  const create = filesIn(relative(io.cwd, target), projectFiles(project, io));
  refuseExisting(create, io, "Choose another folder.");
  if (options.dryRun) {
    io.stdout.write(describeChanges({ create, edit: [] }));
    return;
  }
  await applyChanges({ create, edit: [] }, io);
  if (options.install) await settle(packageManager, { ...io, cwd: target });
  io.stderr.write(`\n${nextSteps(relative(io.cwd, target), packageManager, options)}\n`);
}

/** What the definitions are made from is installed by then. */
async function settle(packageManager: PackageManager, io: Io): Promise<void> {
  await installDependencies(packageManager, io);
  await regenerate(io);
}

/** What is not given is asked for, or where nobody can be asked, is the default. */
async function answers({ yes, process, deploy }: InitOptions, io: Io) {
  const ask = yes ? undefined : io.ask;
  const suggestion = HELLO.process;
  return {
    process:
      process ?? (await ask?.text({ message: "What is your first process called?", suggestion, refuse })) ?? suggestion,
    deploy: deploy ?? (await ask?.choice({ message: "How is it deployed?", options: DEPLOYMENTS })) ?? "cdk",
  };
}

function refuse(name: string): string | undefined {
  try {
    checkProcess({ name, step: DEFAULT_STEP }, COMMAND);
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

function nextSteps(folder: string, packageManager: PackageManager, { install }: InitOptions): string {
  const { name, script } = PACKAGE_MANAGERS[packageManager];
  const lines = [
    ...(folder === "" ? [] : [`cd ${folder}`]),
    ...(install ? [] : [`${name} install`]),
    `${script} test`,
    `${script} start`,
  ];
  return `Made. Next:\n\n${lines.map((line) => `  ${line}`).join("\n")}\n\nREADME.md says more.`;
}
