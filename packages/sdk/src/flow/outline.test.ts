import { expect, test } from "vitest";
import { everything } from "./fixtures/orders.js";
import { outlineOf, startedFlows } from "./index.js";

test("the outline of a flow is plain data: states in order, with what is inside them", () => {
  const outline = outlineOf(everything);

  expect(JSON.parse(JSON.stringify(outline))).toEqual(outline);
  expect(outline.states.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "step review",
    "parallel parallel-1",
    "choice decide",
    "map map-1",
    "repeat repeat-1",
    "callback ask",
    "start start-Payment",
    "start await-payment",
    "state legacy",
    "step last",
  ]);
  expect(outline.states[0]).toEqual({
    kind: "step",
    name: "review",
    step: "review",
    catches: [{ errors: ["Declined"], run: [{ kind: "fail", name: "fail-1", error: "Declined" }] }],
  });
  expect(outline.steps.last).toMatchObject({
    outputKey: "last-output",
    route: false,
    reads: { required: ["left-output", "pay-output"] },
  });
});

test("the flows that a flow starts come once each", () => {
  expect(startedFlows(everything).map(({ name }) => name)).toEqual(["Payment"]);
});
