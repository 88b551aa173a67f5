import { runtimeFailure } from "../evaluation.js";
import type { Fields } from "../fields.js";
import type { Conclude, Query } from "../query-language.js";
import { type CompileState, NO_RECOVERY, type StateSource } from "./body.js";

interface ChoiceRule {
  readonly condition: Query<boolean>;
  readonly next: string;
  readonly conclude: Conclude;
}

export const compileChoice: CompileState = (source) => {
  const { fields, language } = source;
  const rules = fields.list("Choices").map((choice) => readRule(choice, source));
  const fallback = fields.optionalString("Default");
  const concludeOtherwise = language.conclusion(fields, fallback, "input");
  return {
    targets: [...rules.map(({ next }) => next), ...(fallback === undefined ? [] : [fallback])],
    ends: false,
    recovery: NO_RECOVERY,
    run: async (entry) => {
      for (const { condition, conclude } of rules) {
        if (await condition(entry)) return conclude(entry, {}, entry.input);
      }
      if (fallback !== undefined) return concludeOtherwise(entry, {}, entry.input);
      throw runtimeFailure(
        entry,
        "States.NoChoiceMatched",
        "Failed to transition out of the state. The state does not point to a next state.",
      );
    },
  };
};

function readRule(choice: Fields, { fields, language }: StateSource): ChoiceRule {
  const condition = language.condition(choice);
  const next = choice.string("Next");
  const conclude = language.choiceConclusion(choice, fields, next);
  choice.optionalString("Comment");
  choice.close(`a choice of a ${language.name} Choice state`);
  return { condition, next, conclude };
}
