import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { NAME_PATTERN } from "@sfs3/sdk/flow";
import { renderTemplate, type StepView, stepView, TemplateError, type TemplateFile } from "@sfs3/templates";
import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";

interface NewStepOptions {
  readonly dir: string;
  readonly reads?: string;
  readonly dryRun?: boolean;
}

/** What is written and where: `path` as the user sees it, from the working directory. */
interface NewFile {
  readonly path: string;
  readonly content: string;
}

/** Any key that a sidecar can have, without what would have to be escaped in the source. */
const KEY_PATTERN = /^(?!__proto__$|\$sfs3$)[^"'`\\/,\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

export function addNewStep(program: Command, io: Io): void {
  program
    .command("new")
    .summary("make the files of a new step")
    .description("Makes the files of something new. Nothing that exists is overwritten.")
    .command("step")
    .summary("make a step and its unit test")
    .description(
      "Makes a step, with schemas to fill in, and a unit test that passes at once.\n" +
        "Either all files are written or none.\n" +
        "A template of yours in .sfs3/templates/step is used instead of the one so named.",
    )
    .argument("<name>", "the step's name: 1 to 64 characters A-Z a-z 0-9 _ -")
    .option("--dir <folder>", "where the files belong", "src/steps")
    .option("--reads <keys>", "keys of the sidecar that the step requires, separated by commas")
    .option("--dry-run", "print the files to standard output instead of writing them")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 new step reserve --reads orderId
  sfs3 new step charge --reads orderId,reserve-output
  sfs3 new step notify --dir src/orders/steps --dry-run`,
    )
    .action((name: string, options: NewStepOptions) => newStep(name, options, io));
}

function newStep(name: string, options: NewStepOptions, io: Io): void {
  checkName(name);
  const view = stepView({ name, reads: readKeys(name, options.reads) });
  const files = render(view, io).map(({ path, content }) => ({ path: join(options.dir, path), content }));
  refuseExisting(files, io);
  if (options.dryRun) {
    io.stdout.write(files.map(({ path, content }) => `// ${path}\n${content}`).join("\n"));
    return;
  }
  writeAll(files, io);
  io.stderr.write(`Written: ${files.map(({ path }) => path).join(", ")}\n\n${nextSteps(view, options.dir, io)}\n`);
}

function checkName(name: string): void {
  if (NAME_PATTERN.test(name) && /[A-Za-z0-9]/.test(name) && name !== "__proto__") return;
  throw new CliError(
    `'${name}' cannot name a step: a name is 1 to 64 characters A-Z a-z 0-9 _ -, with a letter or digit among them. ` +
      `Try: sfs3 new step ${suggestionFor(name)}`,
  );
}

function suggestionFor(name: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .split(/[^A-Za-z0-9]+/);
  const joined = words
    .filter((word) => word !== "")
    .join("-")
    .slice(0, 64);
  return joined === "" ? "step-a" : joined;
}

function readKeys(name: string, list: string | undefined): readonly string[] {
  if (list === undefined) return [];
  const keys = [...new Set(list.split(",").map((key) => key.trim()))];
  const invalid = keys.find((key) => !KEY_PATTERN.test(key));
  if (invalid !== undefined) {
    throw new CliError(
      `--reads: '${invalid}' cannot be written as a key: 1 to 128 characters without quotes, slashes, backslashes and ` +
        "control characters, other than __proto__ and $sfs3. Separate keys by one comma, as in --reads orderId,reserve-output.",
    );
  }
  if (keys.includes(`${name}-output`)) {
    throw new CliError(`--reads: '${name}-output' is what the step itself writes, so it would wait for itself.`);
  }
  return keys;
}

function render(view: StepView, { cwd }: Io): readonly TemplateFile[] {
  try {
    return renderTemplate("step", view, { overrides: join(cwd, ".sfs3", "templates") });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

function refuseExisting(files: readonly NewFile[], { cwd }: Io): void {
  const existing = files.map(({ path }) => path).filter((path) => existsSync(resolve(cwd, path)));
  if (existing.length === 0) return;
  const are = existing.length === 1 ? "exists" : "exist";
  throw new CliError(
    `${existing.join(" and ")} ${are} already; nothing was written. Choose another name, or another folder with --dir.`,
  );
}

/** All files or none: what was written is taken back where a later one fails. */
function writeAll(files: readonly NewFile[], { cwd }: Io): void {
  const written: string[] = [];
  for (const { path, content } of files) {
    const target = resolve(cwd, path);
    try {
      mkdirSync(dirname(target), { recursive: true });
      // Fails where the file has come into being since it was looked for.
      const handle = openSync(target, "wx");
      written.push(target);
      fill(handle, content);
    } catch (cause) {
      for (const file of written) rmSync(file, { force: true });
      throw new CliError(`${path} cannot be written; nothing was. ${(cause as Error).message}`, { cause });
    }
  }
}

function fill(handle: number, content: string): void {
  try {
    writeFileSync(handle, content);
  } finally {
    closeSync(handle);
  }
}

/** A flow most often stands beside the folder of its steps; from there the import is told. */
function nextSteps({ name, identifier, typeName, reads }: StepView, dir: string, { cwd }: Io): string {
  const folder = resolve(cwd, dir);
  const flow = relative(cwd, join(dirname(folder), "flow.ts"));
  const place = reads.length === 0 ? "" : `, after the steps that write ${reads.map(({ key }) => key).join(", ")}`;
  return `Next, add it to the flow${place}. In ${flow}:

  import { ${identifier} } from "./${basename(folder)}/${name}.js";

  .step(${identifier})

Then say in ${typeName}Input what it reads, in ${typeName}Output what it adds, and what it does.`;
}
