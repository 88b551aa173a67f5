import { dirname, join, relative, resolve } from "node:path";
import { documentAt, nameStates } from "@sfs3/sdk/flow";
import { stepNames, stepView } from "@sfs3/templates";
import { CliError } from "../cli-error.js";
import { addStep, type StepImport } from "../flow-source/add-step.js";
import { findFlow } from "../flow-source/find-flow.js";
import { NotEditableError } from "../flow-source/not-editable.js";
import { findTarget, type PlaceOptions, type Target } from "../flow-source/place.js";
import type { Io } from "../io.js";
import { type ChangeSet, filesIn } from "../scaffold/change-set.js";
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
  readonly identifier: string;
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
  const { flow, modulePath } = process;
  refuseSecond(step.name, process);
  const target = findTarget(flow, step);
  const dir = step.dir ?? join(relative(io.cwd, dirname(modulePath)), "steps");
  const folder = resolve(io.cwd, dir);
  const { identifier, typeName } = stepNames(step.name);
  const { reads, imports, notes } = await findReads(step.reads, {
    flow,
    document: documentAt(flow, target),
    exports: await knownExports(modulePath),
    folder,
    samples: readSamples(step.sample, { flowPath: modulePath, cwd: io.cwd }),
    taken: ["z", "defineStep", identifier, `${typeName}Input`, `${typeName}Output`],
  });
  const view = stepView({ name: step.name, reads, imports });
  const create = filesIn(dir, renderFiles("step", view, io));
  const placed = placeStep({ target, process, identifier, path: join(folder, `${step.name}.ts`) }, io);
  return { changes: { create, edit: placed.edit }, identifier, typeName, notes, leftToDo: placed.leftToDo };
}

function refuseSecond(name: string, { flow }: Process): void {
  if (!Object.hasOwn(flow.handlers, name)) return;
  throw new CliError(`${flow.name} has a step '${name}' already. Choose another name.`);
}

interface Placing {
  readonly target: Target;
  readonly process: Process;
  readonly identifier: string;
  /** Absolute: the step's module. */
  readonly path: string;
}

function placeStep(
  { target, process, identifier, path }: Placing,
  { cwd }: Io,
): Pick<ChangeSet, "edit"> & Pick<StepPlan, "leftToDo"> {
  const importFor = (flowPath: string): StepImport => ({
    identifier,
    specifier: importSpecifier(dirname(flowPath), path),
  });
  try {
    const found = findFlow(process.modulePath, process.exportName);
    const { source } = found;
    const after = addStep(found, { flow: process.flow, target, step: importFor(source.path) });
    return { edit: [{ path: relative(cwd, source.path), before: source.text, after }], leftToDo: undefined };
  } catch (error) {
    if (!(error instanceof NotEditableError)) throw error;
    const { specifier } = importFor(process.modulePath);
    const where = relative(cwd, process.modulePath);
    return {
      edit: [],
      leftToDo: toAdd({ where, why: error.message, identifier, specifier, place: placeInWords(process, target) }),
    };
  }
}

interface ToAdd extends StepImport {
  readonly where: string;
  readonly why: string;
  readonly place: string;
}

const toAdd = ({ where, why, identifier, specifier, place }: ToAdd): string =>
  `${where} was left as it is: ${why}. Add to it:

  import { ${identifier} } from "${specifier}";

and ${place}

  .step(${identifier})

Then generate the definition: sfs3 gen-asl ${where} --all --out asl`;

function placeInWords({ flow }: Process, { chain, position, newBranch }: Target): string {
  const names = nameStates(flow.states);
  const [before, at] = [chain[position - 1], chain[position]];
  if (newBranch && at !== undefined) return `as a new branch of '${names.get(at)}'`;
  if (before !== undefined) return `behind '${names.get(before)}'`;
  return at === undefined ? "as the first call" : `before '${names.get(at)}'`;
}
