import { type CompileState, readPassing } from "./body.js";

export const compilePass: CompileState = (source) => {
  const result = source.language.passResult(source.fields);
  return readPassing(source, "pass", (conclude) => async (entry) => {
    const output = result === undefined ? entry.input : await result(entry);
    return conclude(entry, { result: output }, output);
  });
};
