import { conclude } from "./conclusion.js";
import { type CompileState, NO_RECOVERY } from "./state-body.js";

export const compileSucceed: CompileState = (fields, compilation) => {
  const output = compilation.optionalTemplate(fields, "Output");
  const conclusion = { assign: undefined, output, next: undefined };
  return {
    targets: [],
    ends: true,
    recovery: NO_RECOVERY,
    run: (entry) => conclude(entry, conclusion, {}, entry.input),
  };
};
