import { StateFailure } from "./errors.js";
import { evaluationOf } from "./evaluation.js";
import { type CompileState, NO_RECOVERY } from "./state-body.js";
import { readTypedTemplate } from "./typed-template.js";

export const compileFail: CompileState = (fields, compilation) => {
  const error = readTypedTemplate(fields, compilation, "Error", "string");
  const cause = readTypedTemplate(fields, compilation, "Cause", "string");
  return {
    targets: [],
    ends: true,
    recovery: NO_RECOVERY,
    run: async (entry) => {
      const evaluation = evaluationOf(entry);
      throw new StateFailure(await error?.(evaluation), await cause?.(evaluation));
    },
  };
};
