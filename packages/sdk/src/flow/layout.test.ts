import { describe, expect, test } from "vitest";
import * as z from "zod";
import { everything, orders, reader, review } from "./fixtures/orders.js";
import { type FlowDefinition, flow, layoutOf, whyParts } from "./index.js";

const input = z.object({ foo: z.string() });

describe("a flow without a layout of its own", () => {
  test("is a document where at most two steps write at once", () => {
    const two = orders
      .parallel(
        (branch) => branch.step(reader("a")).step(reader("b")),
        (branch) => branch.step(reader("c")),
      )
      .step(reader("d"));

    expect(layoutOf(two)).toBe("document");
    expect(whyParts(two)).toBeUndefined();
  });

  test("is in parts where it has a map", () => {
    expect(layoutOf(everything)).toBe("parts");
    expect(whyParts(everything)).toBe("each item of the map 'map-1' writes a part of its own");
  });

  test("is in parts where more than two steps write at once, those of a parallel inside a parallel counted", () => {
    const three = orders.parallel(
      (branch) => branch.step(reader("a")),
      (branch) =>
        branch.step(reader("b")).parallel(
          (inner) => inner.step(reader("c")),
          (inner) => inner.wait({ seconds: 1 }).step(reader("d")),
        ),
    );

    expect(layoutOf(three)).toBe("parts");
    expect(whyParts(three)).toBe("3 steps of the parallel 'parallel-1' write at once");
  });

  test("takes the ways of a choice for one writer", () => {
    const choices = orders.step(review).parallel(
      (branch) => branch.step(reader("a")),
      (branch) =>
        branch.choice({
          cases: [{ when: (route) => route.review.score.atLeast(1), run: (way) => way.step(reader("b")) }],
          otherwise: (way) => way.step(reader("c")),
        }),
    );

    expect(layoutOf(choices)).toBe("document");
  });

  test("is in parts where a flow is that it starts on the same sidecar", () => {
    const payments = flow("Payments", { input, layout: "parts" }).step(reader("pay"));

    expect(whyParts(orders.step(reader("a")).start(payments))).toBe(
      "the flow that 'start-Payments' starts on the same sidecar has parts",
    );
  });
});

describe("a layout that the author chose", () => {
  test("stands, and needs no reason", () => {
    const chosen = flow("Orders", { input, layout: "parts" }).step(reader("a"));

    expect(layoutOf(chosen)).toBe("parts");
    expect(whyParts(chosen)).toBeUndefined();
    expect(layoutOf({ ...everything, layout: "document" } as FlowDefinition)).toBe("document");
  });

  test("is one of the two", () => {
    expect(() => flow("Orders", { input, layout: "part" as "parts" })).toThrow(
      'Orders: "part" is no layout. Use document or parts, or leave it out.',
    );
  });
});
