import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { everything, reader } from "../fixtures/orders.js";
import { type FlowDefinition, flow, flowProblems, toAsl } from "../index.js";

const begin = flow("Orders", { input: z.object({ foo: z.string() }) });
/** For flows that the compiler would not let pass. */
const untyped = (step: unknown) => step as never;

describe("the problems of a flow", () => {
  test("are none where a definition can be made", () => {
    expect(flowProblems(everything)).toEqual([]);
  });

  test("are all that there are, of which toAsl tells the first", () => {
    const broken = begin
      .step(untyped(reader("first", "absent")), { timeoutSeconds: 0 })
      .step(untyped(reader("second", "lost")))
      .succeed()
      .step(untyped(reader("third"))) as unknown as FlowDefinition;

    const problems = flowProblems(broken);

    expect(problems.map(({ rule, state }) => [rule, state])).toEqual([
      ["invalid-setting", "first"],
      ["unreachable-state", "third"],
      ["unmet-read", "first"],
      ["unmet-read", "second"],
    ]);
    expect(() => toAsl(broken)).toThrow(`${problems[0]?.what} ${problems[0]?.wayOut}`);
  });

  test("are told once though a repeat goes round twice", () => {
    const broken = begin.step(reader("review")).repeat((round) => round.step(untyped(reader("poll", "absent"))), {
      until: () => ({ kind: "condition", jsonata: "true" }) as never,
      maxRounds: 2,
    });

    expect(flowProblems(broken as unknown as FlowDefinition)).toMatchObject([{ rule: "unmet-read", state: "poll" }]);
  });

  test("include what a step reads of the round before", () => {
    const poll = defineStep(
      z.object({ "poll-output": z.number().optional() }),
      z.object({ rounds: z.number() }),
      () => ({ rounds: 1 }),
      { name: "poll" },
    );
    const broken = begin.repeat((round) => round.step(untyped(poll)), {
      until: () => ({ kind: "condition", jsonata: "true" }) as never,
      maxRounds: 2,
    });

    expect(flowProblems(broken as unknown as FlowDefinition)).toMatchObject([
      {
        rule: "retyped-read",
        what: "Orders: the step 'poll' reads 'poll-output' as another type than the flow writes.",
      },
    ]);
  });
});

test("a schema with an id is looked into", () => {
  const input = z.object({ foo: z.string().meta({ description: "what it is about" }) }).meta({ id: "orders-input" });

  expect(flowProblems(flow("Named", { input }).step(untyped(reader("first"))) as unknown as FlowDefinition)).toEqual(
    [],
  );
});
