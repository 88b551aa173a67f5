import type { Compilation } from "./compilation.js";
import { conclude, readConclusion } from "./conclusion.js";
import { evaluationOf, runtimeFailure } from "./evaluation.js";
import { fanOut } from "./fan-out.js";
import type { Fields } from "./fields.js";
import type { Json } from "./json.js";
import type { Template } from "./jsonata.js";
import { runSequence } from "./run-sequence.js";
import { type Line, record, type Sequence, type StateEntry } from "./state.js";
import { type CompileState, nextTargets, readNext, readRecovery } from "./state-body.js";
import { readIntegerTemplate, readTypedTemplate } from "./typed-template.js";

/** How many iterations of an inline Map run at once at most. Source: Developer Guide, "Inline mode". */
const MAX_INLINE_CONCURRENCY = 40;

interface Iteration {
  readonly name: string;
  readonly index: number;
  readonly item: Json;
}

export const compileMap: CompileState = (fields, compilation) => {
  const items = readTypedTemplate(fields, compilation, "Items", "array");
  const selector = compilation.optionalTemplate(fields, "ItemSelector");
  const maxConcurrency = readIntegerTemplate(fields, compilation, "MaxConcurrency", { min: 0, max: 99_999_999 });
  const processor = readItemProcessor(fields.object("ItemProcessor"), compilation);
  const recovery = readRecovery(fields, compilation);
  const next = readNext(fields);
  const conclusion = readConclusion(fields, compilation, next);
  return {
    targets: [...nextTargets(next), ...recovery.targets],
    ends: next === undefined,
    recovery,
    run: async (entry) => {
      const evaluation = evaluationOf(entry);
      const list = items === undefined ? inputItems(entry) : await items(evaluation);
      const limit = (await maxConcurrency?.(evaluation)) || MAX_INLINE_CONCURRENCY;
      const result = await runIterations(entry, list, Math.min(limit, MAX_INLINE_CONCURRENCY), (line, iteration) =>
        runIteration(entry, line, iteration, { selector, processor }),
      );
      return conclude(entry, conclusion, { result }, result);
    },
  };
};

function readItemProcessor(fields: Fields, compilation: Compilation): Sequence {
  if (fields.has("ProcessorConfig")) {
    const config = fields.object("ProcessorConfig");
    config.optionalOneOf("Mode", ["INLINE"]);
    config.close("the ProcessorConfig of an inline Map");
  }
  return compilation.innerSequence(fields);
}

function inputItems(entry: StateEntry): readonly Json[] {
  if (Array.isArray(entry.input)) return entry.input;
  const was = JSON.stringify(entry.input);
  throw runtimeFailure(entry, "States.QueryEvaluationError", `Map state input must be an array but was: ${was}`, {
    location: "Items",
  });
}

async function runIterations(
  entry: StateEntry,
  items: readonly Json[],
  concurrency: number,
  run: (line: Line, iteration: Iteration) => Promise<Json>,
): Promise<Json[]> {
  const { line, name } = entry;
  record(line, "MapStateStarted", { length: items.length });
  const itemAt = (index: number) => items[index] ?? null;
  try {
    const outputs = await fanOut(entry, {
      count: items.length,
      concurrency,
      mapItem: (index) => ({ Index: index, Value: itemAt(index) }),
      run: (inner, index) => run(inner, { name, index, item: itemAt(index) }),
    });
    record(line, "MapStateSucceeded");
    return outputs;
  } catch (failure) {
    if (!line.signal.aborted) record(line, "MapStateFailed");
    throw failure;
  }
}

async function runIteration(
  entry: StateEntry,
  line: Line,
  { name, index, item }: Iteration,
  { selector, processor }: { selector: Template | undefined; processor: Sequence },
): Promise<Json> {
  record(line, "MapIterationStarted", { name, index });
  try {
    const input = selector === undefined ? item : await selector(evaluationOf({ ...entry, line }));
    const output = await runSequence(processor, line, input);
    record(line, "MapIterationSucceeded", { name, index });
    return output;
  } catch (failure) {
    // Aborted along with the whole execution, an iteration leaves no event: the execution's own says it all.
    if (!entry.line.signal.aborted) {
      record(line, line.signal.aborted ? "MapIterationAborted" : "MapIterationFailed", { name, index });
    }
    throw failure;
  }
}
