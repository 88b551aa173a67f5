import { fanOut } from "../fan-out.js";
import type { Fields } from "../fields.js";
import type { Json } from "../json.js";
import type { Query } from "../query-language.js";
import { runSequence } from "../run-sequence.js";
import { type Line, record, type Sequence, type StateEntry } from "../state.js";
import { type CompileState, readRecoverable, type StateSource } from "./body.js";

/** How many iterations of an inline Map run at once at most. Source: Developer Guide, "Inline mode". */
const MAX_INLINE_CONCURRENCY = 40;

const MAX_COUNT = 2 ** 31 - 1;

export const compileMap: CompileState = (source) => {
  const { fields, language } = source;
  const items = language.items(fields);
  const selector = language.itemSelector(fields);
  const maxConcurrency = language.integer(fields, "MaxConcurrency", { min: 0, max: MAX_COUNT });
  const tolerances = readTolerances(source);
  const processor = readItemProcessor(source);
  return readRecoverable(source, (conclude) => async (entry) => {
    const list = await items(entry);
    const limit = (await maxConcurrency?.(entry)) || MAX_INLINE_CONCURRENCY;
    for (const tolerance of tolerances) await tolerance(entry);
    const concurrency = Math.min(limit, MAX_INLINE_CONCURRENCY);
    const result = await runIterations(entry, { list, selector, processor, concurrency });
    return conclude(entry, { result }, result);
  });
};

/** AWS evaluates what an inline Map tolerates, and then tolerates nothing. */
function readTolerances({ fields, language }: StateSource): readonly Query<number>[] {
  return [
    language.integer(fields, "ToleratedFailureCount", { min: 0, max: MAX_COUNT }),
    language.number(fields, "ToleratedFailurePercentage", { min: 0, max: 100 }),
  ].filter((query) => query !== undefined);
}

/** `ItemProcessor`, or the `Iterator` that was its name before. */
function readItemProcessor({ fields, compilation }: StateSource): Sequence {
  const processor: Fields = fields.object(fields.has("Iterator") ? "Iterator" : "ItemProcessor");
  if (processor.has("ProcessorConfig")) {
    const config = processor.object("ProcessorConfig");
    config.optionalOneOf("Mode", ["INLINE"]);
    config.close("the ProcessorConfig of an inline Map");
  }
  return compilation.innerSequence(processor);
}

interface Iterations {
  readonly list: readonly Json[];
  readonly selector: Query<Json> | undefined;
  readonly processor: Sequence;
  readonly concurrency: number;
}

async function runIterations(entry: StateEntry, iterations: Iterations): Promise<Json[]> {
  const { line } = entry;
  const { list, concurrency } = iterations;
  if (entry.resumption === undefined) record(line, "MapStateStarted", { length: list.length });
  try {
    const outputs = await fanOut(entry, {
      count: list.length,
      concurrency,
      key: (index) => index,
      mapItem: (index) => ({ Index: index, Value: list[index] ?? null }),
      run: (inner, index) => runIteration(entry, inner, { ...iterations, index }),
    });
    record(line, "MapStateSucceeded");
    return outputs;
  } catch (failure) {
    if (!line.abort.aborted) record(line, "MapStateFailed");
    throw failure;
  }
}

async function runIteration(
  entry: StateEntry,
  line: Line,
  { list, selector, processor, index }: Iterations & { readonly index: number },
): Promise<Json> {
  const details = { name: entry.name, index };
  const isNew = line.resumption === undefined;
  if (isNew) record(line, "MapIterationStarted", details);
  try {
    const input = selector === undefined ? (list[index] ?? null) : await selector({ ...entry, line });
    const output = await runSequence(processor, line, input);
    if (isNew || line.resumption?.stage.type !== "ended") record(line, "MapIterationSucceeded", details);
    return output;
  } catch (failure) {
    // Aborted along with the whole execution, an iteration leaves no event: the execution's own says it all.
    if (!entry.line.abort.aborted) {
      record(line, line.abort.aborted ? "MapIterationAborted" : "MapIterationFailed", details);
    }
    throw failure;
  }
}
