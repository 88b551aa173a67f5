import { StateFailure } from "../errors.js";
import { type CompileState, NO_RECOVERY } from "./body.js";

export const compileFail: CompileState = ({ fields, language }) => {
  const error = language.string(fields, "Error");
  const cause = language.string(fields, "Cause");
  return {
    targets: [],
    ends: true,
    recovery: NO_RECOVERY,
    run: async (entry) => {
      throw new StateFailure(await error?.(entry), await cause?.(entry));
    },
  };
};
