import { dirname, join, relative, resolve } from "node:path";
import { layoutOf } from "@sfs3/sdk/flow";
import { type StepView, stepView } from "@sfs3/templates";
import type { Command } from "commander";
import { CliError } from "../cli-error.js";
import { EXIT_CODES, EXIT_CODES_HELP } from "../exit-codes.js";
import type { PlaceOptions } from "../flow-source/place.js";
import { forgetModules } from "../forget-modules.js";
import type { Io } from "../io.js";
import { noteLayouts } from "../layout-note.js";
import { importSpecifier } from "../new-step/import-specifier.js";
import { refuseWithout } from "../new-step/refuse-without.js";
import { applyChanges, type ChangeSet, describeChanges, filesIn, refuseExisting } from "../scaffold/change-set.js";
import { findProcess, type Process } from "../scaffold/find-process.js";
import { checkName } from "../scaffold/names.js";
import { regenerate } from "../scaffold/regenerate.js";
import { renderFiles } from "../scaffold/render.js";

interface NewStepOptions extends PlaceOptions {
  readonly process?: string;
  readonly module?: string;
  readonly dir?: string;
  readonly reads?: string;
  readonly sample?: string;
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
      "Makes a step, a unit test that passes at once, and the step's place in its flow: the call is added to the\n" +
        "source, and the definition generated again. Either all of it is done or nothing.\n" +
        "What the step reads gets the schemas with which it is written before that place.\n" +
        "A template of yours in .sfs3/templates/step is used instead of the one so named.",
    )
    .argument("<name>", "the step's name: 1 to 64 characters A-Z a-z 0-9 _ -")
    .option("--process <name>", "the flow: its folder in src, its name or its export (default: the only one)")
    .option("--module <file>", "the module that exports the flow (default: src/<process>/flow.ts, src/flow.ts)")
    .option("--after <state>", "place it behind this state (default: at the end of the flow)")
    .option("--before <state>", "place it before this state")
    .option(
      "--in-branch <branch>",
      "place it at the end of a branch: of the one that holds this state; or, with --after, by number or 'new', of the parallel, choice, map, repeat or catch that --after names, is followed by, or is in",
    )
    .option("--reads <keys>", "keys of the sidecar that the step requires, separated by commas")
    .option("--sample <json>", "values of keys for the unit test, as a JSON object or a file of one")
    .option("--dir <folder>", "where the files belong (default: the folder steps beside the flow)")
    .option("--dry-run", "print the files and changes to standard output instead of writing them")
    .addHelpText(
      "after",
      `${EXIT_CODES_HELP}

Examples:
  sfs3 new step charge --after reserve --reads orderId,reserve-output
  sfs3 new step audit --process orders --after charge --in-branch new
  sfs3 new step notify --dir src/orders/steps --dry-run`,
    )
    .action((name: string, options: NewStepOptions) => newStep(name, options, io));
}

async function newStep(name: string, options: NewStepOptions, io: Io): Promise<void> {
  checkName(name, NAMING);
  const reads = readKeys(name, options.reads);
  const { process, module, after, before, inBranch } = options;
  forgetModules(io.cwd);
  const found = await findProcess({ process, module, state: after ?? before ?? inBranch }, io);
  if (found === undefined) return stepAlone({ ...options, name, reads }, io);
  // Loaded late: no other command reads sources and makes samples.
  const { planStep } = await import("../new-step/plan-step.js");
  const plan = await planStep({ ...options, name, reads }, found, io);
  const { changes, notes, leftToDo } = plan;
  refuseExisting(changes.create, io, "Choose another name, or another folder with --dir.");
  if (options.dryRun) io.stdout.write(describeChanges(changes));
  else await applyChanges(changes, io, () => settle(name, { process: found, isIn: leftToDo === undefined }, io));
  const done = options.dryRun ? "" : `Written: ${pathsOf(changes)}\n`;
  for (const note of notes) io.stderr.write(`${note}\n`);
  if (leftToDo !== undefined) throw new CliError(`${done}${leftToDo}`, { exitCode: EXIT_CODES.unfinished });
  io.stderr.write(options.dryRun ? "" : `${done}\n${toFillIn(plan)}\n`);
}

interface Settling {
  readonly process: Process;
  /** Whether the flow has the step now. */
  readonly isIn: boolean;
}

async function settle(name: string, { process, isIn }: Settling, io: Io): Promise<void> {
  const grown = isIn ? await refuseWithout(name, process, io) : process.flow;
  await regenerate(io, relative(io.cwd, process.modulePath));
  // What was so before this step is no news.
  if (layoutOf(process.flow) !== layoutOf(grown)) noteLayouts([grown], io);
}

const pathsOf = ({ create, edit }: ChangeSet): string => [...create, ...edit].map(({ path }) => path).join(", ");

const toFillIn = ({ typeName }: Pick<StepView, "typeName">): string =>
  `Next, say in ${typeName}Input what it reads, in ${typeName}Output what it adds, and what it does.`;

interface LoneStep extends Omit<NewStepOptions, "reads"> {
  readonly name: string;
  readonly reads: readonly string[];
}

/** Where there is no flow yet, the step is made for one to come. */
async function stepAlone({ name, reads, dir = join("src", "steps"), ...options }: LoneStep, io: Io): Promise<void> {
  const misplaced = (["after", "before", "inBranch", "sample"] as const).find(
    (option) => options[option] !== undefined,
  );
  if (misplaced !== undefined) {
    const flag = misplaced === "inBranch" ? "in-branch" : misplaced;
    throw new CliError(
      `--${flag}: there is no flow in src of ${io.cwd}. Name its module with --module, or make one: sfs3 new process orders`,
    );
  }
  const view = stepView({ name, reads });
  const create = filesIn(dir, renderFiles("step", view, io));
  refuseExisting(create, io, "Choose another name, or another folder with --dir.");
  if (options.dryRun) return void io.stdout.write(describeChanges({ create, edit: [] }));
  await applyChanges({ create, edit: [] }, io);
  io.stderr.write(`Written: ${pathsOf({ create, edit: [] })}\n\n${nextSteps(view, dir, io)}\n`);
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
  const flow = join(dirname(folder), "flow.ts");
  const place = reads.length === 0 ? "" : `, after the steps that write ${reads.map(({ key }) => key).join(", ")}`;
  return `Next, add it to the flow${place}. In ${relative(cwd, flow)}:

  import { ${identifier} } from "${importSpecifier(dirname(flow), join(folder, `${name}.ts`))}";

  .step(${identifier})

${toFillIn({ typeName })}`;
}
