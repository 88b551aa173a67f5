import { conclude, readConclusion } from "./conclusion.js";
import { type CompileState, NO_RECOVERY, nextTargets, readNext } from "./state-body.js";

export const compilePass: CompileState = (fields, compilation) => {
  const next = readNext(fields);
  const conclusion = readConclusion(fields, compilation, next);
  return {
    targets: nextTargets(next),
    ends: next === undefined,
    recovery: NO_RECOVERY,
    run: (entry) => conclude(entry, conclusion, {}, entry.input),
  };
};
