import { basename, dirname, join, relative, resolve } from "node:path";
import { documentAt, renderAsl } from "@sfs3/sdk/flow";
import { type StepView, stepNames, stepView } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
import { EXIT_CODES } from "../exit-codes.js";
import { loadFlowModule, selectFlow } from "../flow-module.js";
import { addStep } from "../flow-source/add-step.js";
import { describeTarget } from "../flow-source/describe-target.js";
import { type FlowSource, findFlow } from "../flow-source/find-flow.js";
import { NotEditableError } from "../flow-source/not-editable.js";
import { findTarget, type PlaceOptions, type Target } from "../flow-source/place.js";
import { forgetModules } from "../forget-modules.js";
import type { Io } from "../io.js";
import {
  applyChanges,
  type ChangeSet,
  describeChanges,
  type FileEdit,
  filesIn,
  type NewFile,
  refuseExisting,
} from "../scaffold/change-set.js";
import { findProcess, type Process, type ProcessOptions } from "../scaffold/find-process.js";
import { checkName } from "../scaffold/names.js";
import { regenerate } from "../scaffold/regenerate.js";
import { renderFiles } from "../scaffold/render.js";
import { importSpecifier } from "./import-specifier.js";
import { knownExports } from "./known-exports.js";
import { readKeys } from "./read-keys.js";
import { findReads } from "./reads.js";
import { readSamples } from "./samples.js";

export interface NewStepOptions extends PlaceOptions, ProcessOptions {
  readonly dir?: string;
  readonly reads?: string;
  readonly sample?: string;
  readonly dryRun?: boolean;
}

const NAMING = { thing: "step", command: "sfs3 new step", fallback: "step-a" };

/** Where the files go in a project that has no flow yet. */
const DEFAULT_FOLDER = join("src", "steps");

/**
 * Makes a step with its test, and adds it to its flow.
 *
 * @throws `CliError` where nothing was made; with the exit code for unfinished work where all but the flow was
 */
export async function newStep(name: string, options: NewStepOptions, io: Io): Promise<void> {
  checkName(name, NAMING);
  const keys = readKeys(name, options.reads);
  forgetModules(io.cwd);
  const process = await findProcess(options, io);
  if (process !== undefined) return intoFlow({ name, keys, process }, options, io);
  refusePlaceless(options);
  return alone(stepView({ name, reads: keys }), options, io);
}

/** A step for a flow that is yet to be written. */
async function alone(view: StepView, { dir = DEFAULT_FOLDER, dryRun }: NewStepOptions, io: Io): Promise<void> {
  const create = newFiles(view, dir, io);
  if (dryRun) return void io.stdout.write(describeChanges({ create, edit: [] }));
  await applyChanges({ create, edit: [] }, io);
  io.stderr.write(`${written(create)}\n\n${nextSteps(view, dir, io)}\n`);
}

function refusePlaceless({ after, before, inBranch, sample }: NewStepOptions): void {
  const given = Object.entries({ after, before, "in-branch": inBranch, sample }).find(
    ([, value]) => value !== undefined,
  );
  if (given === undefined) return;
  throw new CliError(
    `--${given[0]}: there is no flow in src. Name its module with --module, or make one: sfs3 new process`,
  );
}

function newFiles(view: StepView, folder: string, io: Io): readonly NewFile[] {
  const create = filesIn(folder, renderFiles("step", view, io));
  refuseExisting(create, io, "Choose another name, or another folder with --dir.");
  return create;
}

interface Wanted {
  readonly name: string;
  readonly keys: readonly string[];
  readonly process: Process;
}

/** What the step is, and where it goes. */
interface Plan {
  readonly process: Process;
  readonly target: Target;
  readonly view: StepView;
  readonly folder: string;
  /** The file with the flow's chain, as far as can be told. */
  readonly flowPath: string;
  readonly notes: readonly string[];
}

async function intoFlow(wanted: Wanted, options: NewStepOptions, io: Io): Promise<void> {
  const source = editable(() => findFlow(wanted.process.modulePath, wanted.process.exportName));
  const plan = await planStep(wanted, { ...options, flowPath: pathOf(source, wanted.process) }, io);
  const create = newFiles(plan.view, relative(io.cwd, plan.folder), io);
  const edit = source instanceof NotEditableError ? source : editable(() => editOf(source, plan, io));
  const changes: ChangeSet = { create, edit: edit instanceof NotEditableError ? [] : [edit] };
  if (options.dryRun) io.stdout.write(describeChanges(changes));
  else await applyChanges(changes, io, () => (edit instanceof NotEditableError ? Promise.resolve() : settle(plan, io)));
  for (const note of plan.notes) io.stderr.write(`${note}\n`);
  if (edit instanceof NotEditableError) throw leftToDo(edit, plan, io);
  if (options.dryRun) return;
  io.stderr.write(
    `${written(create)}\n${edit.path}: ${plan.view.name} added ${describeTarget(plan.process.flow, plan.target)}\n`,
  );
}

/** Only what the author has to edit is an outcome here; all else is an error. */
function editable<T>(attempt: () => T): T | NotEditableError {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof NotEditableError) return error;
    throw error;
  }
}

const pathOf = (source: FlowSource | NotEditableError, { modulePath }: Process): string =>
  source instanceof NotEditableError ? modulePath : source.source.path;

async function planStep(
  { name, keys, process }: Wanted,
  { flowPath, ...options }: NewStepOptions & { readonly flowPath: string },
  { cwd }: Io,
): Promise<Plan> {
  const { flow } = process;
  const target = findTarget(flow, options);
  const folder = options.dir === undefined ? join(dirname(flowPath), "steps") : resolve(cwd, options.dir);
  const { identifier, typeName } = stepNames(name);
  const { reads, imports, notes } = await findReads(keys, {
    flow,
    document: documentAt(flow, target),
    exports: keys.length === 0 ? new Map() : await knownExports(flowPath),
    folder,
    samples: readSamples(options.sample, { flowPath, cwd }),
    taken: ["z", "defineStep", identifier, `${typeName}Input`, `${typeName}Output`],
  });
  return { process, target, view: stepView({ name, reads, imports }), folder, flowPath, notes };
}

function editOf(source: FlowSource, plan: Plan, { cwd }: Io): FileEdit {
  const { path, text } = source.source;
  const { process, target, view } = plan;
  const step = { identifier: view.identifier, specifier: specifierOf(plan) };
  return { path: relative(cwd, path), before: text, after: addStep(source, { flow: process.flow, target, step }) };
}

const specifierOf = ({ flowPath, folder, view }: Plan): string =>
  importSpecifier(dirname(flowPath), join(folder, `${view.name}.ts`));

/** The definitions again; and the flow has to have the step now, and still be one. */
async function settle({ process, view }: Plan, io: Io): Promise<void> {
  await regenerate(io, process.modulePath);
  const { flow } = selectFlow(await loadFlowModule(process.modulePath, io), process.exportName);
  renderAsl(flow);
  if (Object.hasOwn(flow.handlers, view.name)) return;
  throw new CliError(`${flow.name} does not have the step '${view.name}' after it was added to its source.`);
}

const written = (files: readonly NewFile[]): string => `Written: ${files.map(({ path }) => path).join(", ")}`;

function leftToDo(reason: NotEditableError, plan: Plan, { cwd }: Io): CliError {
  const { process, target, view, flowPath } = plan;
  const call = target.newBranch ? `(branch) => branch.step(${view.identifier})` : `.step(${view.identifier})`;
  return new CliError(
    `The step is in ${relative(cwd, plan.folder)}. ${relative(cwd, flowPath)} is yours to edit: ${reason.message}. Add the import\n\n` +
      `  import { ${view.identifier} } from "${specifierOf(plan)}";\n\n` +
      `and, ${describeTarget(process.flow, target)} of ${process.flow.name}:\n\n  ${call}\n\n` +
      "Then generate its definition: sfs3 gen-asl",
    { exitCode: EXIT_CODES.unfinished, cause: reason },
  );
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
