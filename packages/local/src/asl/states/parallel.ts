import { fanOut } from "../fan-out.js";
import type { Json } from "../json.js";
import { runSequence } from "../run-sequence.js";
import { record, type Sequence, type StateEntry } from "../state.js";
import { type CompileState, readRecoverable } from "./body.js";

export const compileParallel: CompileState = (source) => {
  const { fields, language, compilation } = source;
  const branches = fields.list("Branches").map((branch) => compilation.innerSequence(branch));
  const payload = language.payload(fields);
  return readRecoverable(source, (conclude) => async (entry) => {
    const input = payload === undefined ? entry.input : await payload(entry);
    const result = await runBranches(entry, branches, input);
    return conclude(entry, { result }, result);
  });
};

async function runBranches(entry: StateEntry, branches: readonly Sequence[], input: Json): Promise<Json[]> {
  const { line } = entry;
  const branchAt = (index: number) => branches[index] as Sequence;
  if (entry.resumption === undefined) record(line, "ParallelStateStarted");
  try {
    const outputs = await fanOut(entry, {
      count: branches.length,
      concurrency: branches.length,
      key: (index) => branchAt(index).startAt,
      mapItem: () => line.mapItem,
      run: (inner, index) => runSequence(branchAt(index), inner, input),
    });
    record(line, "ParallelStateSucceeded");
    return outputs;
  } catch (failure) {
    if (!line.abort.aborted) record(line, "ParallelStateFailed");
    throw failure;
  }
}
