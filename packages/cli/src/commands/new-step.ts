import { basename, dirname, join, relative, resolve } from "node:path";
import { type StepView, stepView } from "@sfs3/templates";
import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES_HELP } from "../exit-codes.js";
import type { Io } from "../io.js";
import { applyChanges, describeChanges, filesIn, refuseExisting } from "../scaffold/change-set.js";
import { checkName } from "../scaffold/names.js";
import { renderFiles } from "../scaffold/render.js";

interface NewStepOptions {
  readonly dir: string;
  readonly reads?: string;
  readonly dryRun?: boolean;
}

const NAMING = { thing: "step", command: "sfs3 new step", fallback: "step-a" };

/** Any key that a sidecar can have, without what would have to be escaped in the source. */
const KEY_PATTERN = /^(?!__proto__$|\$sfs3$)[^"'`\\/,\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

export function addNewStep(group: Command, io: Io): void {
  group
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

async function newStep(name: string, options: NewStepOptions, io: Io): Promise<void> {
  checkName(name, NAMING);
  const view = stepView({ name, reads: readKeys(name, options.reads) });
  const create = filesIn(options.dir, renderFiles("step", view, io));
  refuseExisting(create, io, "Choose another name, or another folder with --dir.");
  if (options.dryRun) {
    io.stdout.write(describeChanges({ create, edit: [] }));
    return;
  }
  await applyChanges({ create, edit: [] }, io);
  io.stderr.write(`Written: ${create.map(({ path }) => path).join(", ")}\n\n${nextSteps(view, options.dir, io)}\n`);
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
