import { describe, expect, test } from "vitest";
import * as z from "zod";
import { everything, orders, reader, review } from "../fixtures/orders.js";
import { documentAt, type FlowDefinition, flow } from "../index.js";

const at = (flow: FlowDefinition, position: number) => documentAt(flow, { chain: flow.states, position });

describe("the document", () => {
  test("begins with the input, and has what was written before the place", () => {
    const chain = orders.step(review).step(reader("last"));

    expect([0, 1, 2].map((position) => [...at(chain, position).keys()])).toEqual([
      ["foo"],
      ["foo", "review-output"],
      ["foo", "review-output", "last-output"],
    ]);
    expect(at(chain, 2).get("review-output")).toMatchObject({ certain: true, writers: [review], perItem: false });
    expect(at(chain, 2).get("foo")?.writers).toEqual(["input"]);
  });

  test("in a branch does not have what the other branches write", () => {
    const split = orders.parallel(
      (branch) => branch.step(review),
      (branch) => branch.step(reader("right")),
    );
    const [state] = split.states;
    const right = state?.kind === "parallel" ? (state.branches[1] ?? []) : [];

    expect([...documentAt(split, { chain: right, position: 1 }).keys()]).toEqual(["foo", "right-output"]);
    expect([...at(split, 1).keys()]).toEqual(["foo", "review-output", "right-output"]);
  });

  test("has arrays behind a map, and what only some paths wrote as uncertain", () => {
    const end = at(everything, everything.states.length);

    expect(end.get("line-output")).toMatchObject({ perItem: true, schema: { type: "array" } });
    expect(end.get("right-output")).toMatchObject({ certain: false });
    expect(end.get("poll-output")).toMatchObject({ certain: true, perItem: false });
  });

  test("has an input key that may be absent as uncertain", () => {
    const input = z.object({ sure: z.string(), maybe: z.string().optional(), preset: z.number().default(1) });
    const document = at(flow("Inputs", { input }), 0);

    expect([...document].map(([key, { certain }]) => [key, certain])).toEqual([
      ["sure", true],
      ["maybe", false],
      ["preset", true],
    ]);
  });
});

test("a place that is not in the flow is refused, and so is a flow whose steps cannot read what they need", () => {
  expect(() => at(orders, 1)).toThrow("Orders has no such place.");
  expect(() => documentAt(orders, { chain: everything.states, position: 0 })).toThrow("Orders has no such place.");
  expect(() => at(orders.step(reader("last", "no-output") as never), 0)).toThrow("'last' reads 'no-output'");
});
