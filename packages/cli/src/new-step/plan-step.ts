import { dirname, join, relative, resolve } from "node:path";
import { documentAt, type FlowDefinition, nameStates } from "@sfs3/sdk/flow";
import { stepNames, stepView } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
import { addStep, type StepImport } from "../flow-source/add-step.js";
import { type FlowSource, findFlow } from "../flow-source/find-flow.js";
import { NotEditableError } from "../flow-source/not-editable.js";
import { findTarget, type PlaceOptions, type Target } from "../flow-source/place.js";
import type { Io } from "../io.js";
import { type ChangeSet, type FileEdit, filesIn } from "../scaffold/change-set.js";
import type { Process } from "../scaffold/find-process.js";
import { renderFiles } from "../scaffold/render.js";
import { importSpecifier } from "./import-specifier.js";
import { knownExports } from "./known-exports.js";
import { findReads } from "./reads.js";
import { readSamples } from "./samples.js";

export interface NewStep extends PlaceOptions {
  readonly name: string;
  readonly reads: readonly string[];
  /** Where the files go, from the working directory. Default: `steps` beside the flow. */
  readonly dir?: string | undefined;
  readonly sample?: string | undefined;
}

/** What makes a step and puts it into its flow. */
export interface StepPlan {
  readonly changes: ChangeSet;
  readonly typeName: string;
  /** What the author should know, a sentence each. */
  readonly notes: readonly string[];
  /** What is left to the author, where the flow's source is too clever to be edited. */
  readonly leftToDo: string | undefined;
}

/**
 * Plans a step at its place in a flow: the schemas of what it reads are those with which it is written there.
 *
 * @throws `CliError` for a place that there is not, or a key that nothing before it writes
 */
export async function planStep(step: NewStep, process: Process, io: Io): Promise<StepPlan> {
  const { flow } = process;
  refuseSecond(step.name, process);
  const target = findTarget(flow, step);
  const source = editable(() => findFlow(process.modulePath, process.exportName));
  const flowPath = source instanceof NotEditableError ? process.modulePath : source.source.path;
  const dir = step.dir ?? join(relative(io.cwd, dirname(flowPath)), "steps");
  const folder = resolve(io.cwd, dir);
  const { identifier, typeName } = stepNames(step.name);
  const { reads, imports, notes } = await findReads(step.reads, {
    flow,
    document: documentAt(flow, target),
    exports: step.reads.length === 0 ? new Map() : await knownExports(flowPath),
    folder,
    samples: readSamples(step.sample, { flowPath, cwd: io.cwd }),
    taken: ["z", "defineStep", identifier, `${typeName}Input`, `${typeName}Output`],
  });
  const view = stepView({ name: step.name, reads, imports });
  const create = filesIn(dir, renderFiles("step", view, io));
  const specifier = importSpecifier(dirname(flowPath), join(folder, `${step.name}.ts`));
  const placing = { target, flow, step: { identifier, specifier } };
  const edit = source instanceof NotEditableError ? source : editable(() => editOf(source, placing, io));
  const isLeft = edit instanceof NotEditableError;
  return {
    changes: { create, edit: isLeft ? [] : [edit] },
    typeName,
    notes,
    leftToDo: isLeft ? toAdd(placing, { where: relative(io.cwd, flowPath), why: edit.message }) : undefined,
  };
}

function refuseSecond(name: string, { flow }: Process): void {
  if (!Object.hasOwn(flow.handlers, name)) return;
  throw new CliError(`${flow.name} has a step '${name}' already. Choose another name.`);
}

/** What only the author can edit is an outcome; all else is an error. */
function editable<T>(attempt: () => T): T | NotEditableError {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof NotEditableError) return error;
    throw error;
  }
}

interface Placing {
  readonly flow: FlowDefinition;
  readonly target: Target;
  readonly step: StepImport;
}

function editOf(found: FlowSource, placing: Placing, { cwd }: Io): FileEdit {
  const { path, text } = found.source;
  return { path: relative(cwd, path), before: text, after: addStep(found, placing) };
}

interface Left {
  /** The file to edit. */
  readonly where: string;
  readonly why: string;
}

function toAdd({ flow, target, step: { identifier, specifier } }: Placing, { where, why }: Left): string {
  const call = target.newBranch ? `(branch) => branch.step(${identifier})` : `.step(${identifier})`;
  return `${where} was left as it is: ${why}. Add to it:

  import { ${identifier} } from "${specifier}";

and ${placeInWords(flow, target)}

  ${call}

Then generate the definition: sfs3 gen-asl ${where} --all --out asl`;
}

function placeInWords(flow: FlowDefinition, { chain, position, newBranch }: Target): string {
  const names = nameStates(flow.states);
  const [before, at] = [chain[position - 1], chain[position]];
  if (newBranch && at !== undefined) return `as a new branch of '${names.get(at)}'`;
  if (before !== undefined) return `behind '${names.get(before)}'`;
  if (at === undefined) return chain === flow.states ? "as the first call" : "in the branch that is empty";
  return `before '${names.get(at)}'`;
}
