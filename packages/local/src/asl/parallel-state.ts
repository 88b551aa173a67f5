import { conclude, readConclusion } from "./conclusion.js";
import { evaluationOf } from "./evaluation.js";
import { fanOut } from "./fan-out.js";
import { runSequence } from "./run-sequence.js";
import { record, type Sequence, type StateEntry } from "./state.js";
import { type CompileState, nextTargets, readNext, readRecovery } from "./state-body.js";

export const compileParallel: CompileState = (fields, compilation) => {
  const branches = fields.list("Branches").map((branch) => compilation.innerSequence(branch));
  const argumentsTemplate = compilation.optionalTemplate(fields, "Arguments");
  const recovery = readRecovery(fields, compilation);
  const next = readNext(fields);
  const conclusion = readConclusion(fields, compilation, next);
  return {
    targets: [...nextTargets(next), ...recovery.targets],
    ends: next === undefined,
    recovery,
    run: async (entry) => {
      const input = argumentsTemplate === undefined ? entry.input : await argumentsTemplate(evaluationOf(entry));
      const result = await runBranches(entry, branches, (branch, line) => runSequence(branch, line, input));
      return conclude(entry, conclusion, { result }, result);
    },
  };
};

async function runBranches(
  entry: StateEntry,
  branches: readonly Sequence[],
  runBranch: (branch: Sequence, line: StateEntry["line"]) => ReturnType<typeof runSequence>,
) {
  record(entry.line, "ParallelStateStarted");
  try {
    const outputs = await fanOut(entry, {
      count: branches.length,
      concurrency: branches.length,
      mapItem: () => entry.line.mapItem,
      run: (line, index) => runBranch(branches[index] as Sequence, line),
    });
    record(entry.line, "ParallelStateSucceeded");
    return outputs;
  } catch (failure) {
    if (!entry.line.signal.aborted) record(entry.line, "ParallelStateFailed");
    throw failure;
  }
}
