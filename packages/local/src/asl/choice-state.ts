import type { Compilation } from "./compilation.js";
import { type Conclusion, conclude, readConclusion } from "./conclusion.js";
import { evaluationOf, runtimeFailure } from "./evaluation.js";
import type { Fields } from "./fields.js";
import { type CompileState, NO_RECOVERY, nextTargets } from "./state-body.js";
import { readTypedTemplate, type TypedTemplate } from "./typed-template.js";

interface ChoiceRule {
  readonly condition: TypedTemplate<boolean>;
  readonly next: string;
  readonly conclusion: Conclusion;
}

export const compileChoice: CompileState = (fields, compilation) => {
  const rules = fields.list("Choices").map((rule) => readRule(rule, compilation));
  const fallback = fields.optionalString("Default");
  const otherwise = readConclusion(fields, compilation, fallback);
  return {
    targets: [...rules.map(({ next }) => next), ...nextTargets(fallback)],
    ends: false,
    recovery: NO_RECOVERY,
    run: async (entry) => {
      const evaluation = evaluationOf(entry);
      for (const { condition, conclusion } of rules) {
        if (await condition(evaluation)) return conclude(entry, conclusion, {}, entry.input);
      }
      if (fallback !== undefined) return conclude(entry, otherwise, {}, entry.input);
      throw runtimeFailure(
        entry,
        "States.NoChoiceMatched",
        "Failed to transition out of the state. The state does not point to a next state.",
      );
    },
  };
};

function readRule(fields: Fields, compilation: Compilation): ChoiceRule {
  const condition = readTypedTemplate(fields, compilation, "Condition", "boolean");
  if (condition === undefined) return fields.refuse("Condition", "a condition is required");
  const next = fields.string("Next");
  const conclusion = readConclusion(fields, compilation, next);
  fields.optionalString("Comment");
  fields.close("a choice of a JSONata Choice state");
  return { condition, next, conclusion };
}
