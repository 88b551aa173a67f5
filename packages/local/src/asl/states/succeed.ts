import { type CompileState, NO_RECOVERY } from "./body.js";

export const compileSucceed: CompileState = ({ fields, language }) => {
  const conclude = language.conclusion(fields, undefined, "end");
  return { targets: [], ends: true, recovery: NO_RECOVERY, run: (entry) => conclude(entry, {}, entry.input) };
};
