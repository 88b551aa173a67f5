import { readToleratedFailures } from "../distributed-map/tolerated-failures.js";
import { fanOut } from "../fan-out.js";
import type { Json } from "../json.js";
import type { Query } from "../query-language.js";
import { runSequence } from "../run-sequence.js";
import { type Line, record, type Sequence, type StateEntry } from "../state.js";
import { type CompileState, readRecoverable, type StateBody, type StateSource } from "./body.js";
import { compileDistributedMap } from "./distributed-map.js";
import { readItemProcessor } from "./item-processor.js";

/** How many iterations of an inline Map run at once at most. Source: Developer Guide, "Inline mode". */
const MAX_INLINE_CONCURRENCY = 40;

const MAX_COUNT = 2 ** 31 - 1;

export const compileMap: CompileState = (source) => {
  const processor = readItemProcessor(source);
  return processor.mode === "DISTRIBUTED"
    ? compileDistributedMap(source, processor)
    : compileInlineMap(source, processor.sequence);
};

function compileInlineMap(source: StateSource, processor: Sequence): StateBody {
  const { fields, language } = source;
  const items = language.items(fields);
  const selector = language.itemSelector(fields);
  const maxConcurrency = language.integer(fields, "MaxConcurrency", { min: 0, max: MAX_COUNT });
  // AWS evaluates what an inline Map tolerates, and then tolerates nothing.
  const tolerance = readToleratedFailures(source);
  return readRecoverable(source, (conclude) => async (entry) => {
    const list = await items(entry);
    const limit = (await maxConcurrency?.(entry)) ?? 0;
    const tolerated = await tolerance(entry);
    const concurrency = Math.min(limit || MAX_INLINE_CONCURRENCY, MAX_INLINE_CONCURRENCY);
    const { trial } = entry.line.run;
    const result =
      trial === undefined
        ? await runIterations(entry, { list, selector, processor, concurrency })
        : trial.iterations({ items: list, inputs: await selected(entry, list, selector), limit, tolerance: tolerated });
    return conclude(entry, { result }, result);
  });
}

/** The iterations' inputs, where the state makes them of its items. */
async function selected(
  entry: StateEntry,
  list: readonly Json[],
  selector: Query<Json> | undefined,
): Promise<readonly Json[] | undefined> {
  if (selector === undefined) return undefined;
  const inputs: Json[] = [];
  for (const [index, item] of list.entries()) {
    const line = { ...entry.line, mapItem: { Index: index, Value: item } };
    inputs.push(await selector({ ...entry, line }));
  }
  return inputs;
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
