import { expect, test } from "vitest";
import { stepView } from "./index.js";

const identifiersOf = (name: string) => {
  const { identifier, typeName } = stepView({ name, reads: [] });
  return [identifier, typeName];
};

test.each([
  ["step-a", "stepA", "StepA"],
  ["step_a", "stepA", "StepA"],
  ["-step--a-", "stepA", "StepA"],
  ["STEP", "step", "Step"],
  ["STEP-a2", "stepA2", "StepA2"],
  ["reserveStock", "reserveStock", "ReserveStock"],
  ["a", "a", "A"],
])("the words of '%s' make the identifier %s and the type name %s", (name, identifier, typeName) => {
  expect(identifiersOf(name)).toEqual([identifier, typeName]);
});

test.each([
  ["1st", "step1st"],
  ["007", "step007"],
  ["class", "stepClass"],
  ["await", "stepAwait"],
  ["undefined", "stepUndefined"],
  ["constructor", "stepConstructor"],
  ["fetch", "stepFetch"],
  ["z", "stepZ"],
  ["define-step", "stepDefineStep"],
  ["sidecar", "stepSidecar"],
])("'%s', which is no identifier or is taken, gets the identifier %s", (name, identifier) => {
  expect(identifiersOf(name)[0]).toBe(identifier);
});

test("keys are written as properties, in quotes where they need them", () => {
  const { reads } = stepView({ name: "a", reads: ["orderId", "step-a-output", "1", "größe", "$x", "two words"] });

  expect(reads.map(({ property }) => property)).toEqual([
    "orderId",
    '"step-a-output"',
    '"1"',
    "größe",
    "$x",
    '"two words"',
  ]);
});
