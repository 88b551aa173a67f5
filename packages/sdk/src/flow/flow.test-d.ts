import { describe, expectTypeOf, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { defineStep } from "../define-step.js";
import { type DocumentOf, flow, type Routes } from "./index.js";

const review = defineStep(
  z.object({ foo: z.string() }),
  z.object({ verdict: z.enum(["yes", "no"]), score: z.number(), at: z.date(), lines: z.array(z.string()) }),
  () => ({ verdict: "yes", score: 1, at: new Date(0), lines: [] }),
  { name: "review", route: ({ verdict, score, lines }) => ({ verdict, score, count: lines.length }) },
);
const charge = defineStep(
  z.object({ "review-output": z.object({ score: z.number() }) }),
  z.object({ paid: z.boolean() }),
  () => ({ paid: true }),
  { name: "charge" },
);
const ship = defineStep(
  z.object({ "charge-output": z.object({ paid: z.boolean() }) }),
  z.object({ parcel: z.string() }),
  () => ({ parcel: "p" }),
  { name: "ship" },
);
const audit = defineStep(
  mini.object({ "charge-output": mini.optional(mini.object({ paid: mini.boolean() })) }),
  mini.object({ seen: mini.boolean() }),
  () => ({ seen: true }),
  { name: "audit" },
);
const mistyped = defineStep(z.object({ "charge-output": z.object({ paid: z.string() }) }), z.object({}), () => ({}), {
  name: "mistyped",
});

const start = flow("Orders", { input: z.object({ foo: z.string(), bar: z.string().optional() }) });
const reviewed = start.step(review);

describe("the document that a flow builds up", () => {
  test("has the input's keys and each step's output, as JSON", () => {
    const orders = reviewed.step(charge);

    expectTypeOf<DocumentOf<typeof orders>>().toEqualTypeOf<{
      foo: string;
      bar?: string;
      readonly "review-output": { verdict: "yes" | "no"; score: number; at: string; lines: string[] };
      readonly "charge-output": { paid: boolean };
    }>();
  });

  test("is the same where failures are left to Step Functions, which an option other than true or false does not say", () => {
    const redrivable = flow("Orders", {
      input: z.object({ foo: z.string(), bar: z.string().optional() }),
      redrivable: true,
    });
    // @ts-expect-error redrivable is true or false
    flow("Orders", { input: z.object({}), redrivable: "yes" });

    expectTypeOf(redrivable).toEqualTypeOf<typeof start>();
  });

  test("has what all branches of a parallel wrote", () => {
    const orders = reviewed.step(charge).parallel(
      (branch) => branch.step(ship),
      (branch) => branch.step(audit),
    );

    expectTypeOf<DocumentOf<typeof orders>["ship-output"]>().toEqualTypeOf<{ parcel: string }>();
    expectTypeOf<DocumentOf<typeof orders>["audit-output"]>().toEqualTypeOf<{ seen: boolean }>();
  });

  test("has arrays behind a map", () => {
    const orders = reviewed.map({ over: "review-output.lines", count: (route) => route.review.count }, (item) =>
      item.step(charge),
    );

    expectTypeOf<DocumentOf<typeof orders>["charge-output"]>().toEqualTypeOf<{ paid: boolean }[]>();
  });

  test("has what an awaited flow wrote, and nothing of one that was only started", () => {
    const payment = flow("Payment", { input: z.object({ foo: z.string() }) }).step(review);

    start.start(payment, { wait: true }).step(charge);
    // @ts-expect-error nobody waits for the flow that writes review-output
    start.start(payment).step(charge);
  });

  test("has what a hand-written state declares", () => {
    start
      .state("legacy", { Type: "Pass" }, { writes: z.object({ "review-output": z.object({ score: z.number() }) }) })
      .step(charge);
    // @ts-expect-error the state declares nothing
    start.state("legacy", { Type: "Pass" }).step(charge);
  });
});

describe("a step that cannot run", () => {
  test("does not compile where nobody writes what it reads", () => {
    // @ts-expect-error 'charge' reads 'review-output', which nothing before it writes
    start.step(charge);
  });

  test("does not compile where what it reads has another type", () => {
    // @ts-expect-error 'mistyped' reads 'charge-output' as another type than the flow writes
    reviewed.step(charge).step(mistyped);
  });

  test("does not compile under a name that is taken, and does under another", () => {
    reviewed.step(charge).step(charge, { as: "charge-again" });
    // @ts-expect-error a state named 'charge' is already in the flow
    reviewed.step(charge).step(charge);
  });

  test("does not compile behind the end", () => {
    // @ts-expect-error 'review' is unreachable
    start.succeed().step(review);
    // @ts-expect-error 'review' is unreachable
    start.fail({ error: "No" }).step(review);
  });

  test("does not compile where two branches of a parallel write the same key", () => {
    reviewed.parallel(
      // @ts-expect-error two branches of one parallel write 'charge-output'
      (branch) => branch.step(charge),
      (branch) => branch.step(charge, { as: "charge-too" }),
    );
  });
});

describe("a choice", () => {
  const yes = reviewed.choice({
    cases: [{ when: (route) => route.review.verdict.equals("yes"), run: (branch) => branch.step(charge) }],
  });

  test("makes optional what only some paths write", () => {
    expectTypeOf<DocumentOf<typeof yes>>().toHaveProperty("charge-output");
    yes.step(audit);
    // @ts-expect-error 'ship' reads 'charge-output', which only some paths write
    yes.step(ship);
  });

  test("keeps optional what is optional when a step runs again", () => {
    const again = yes.step(review, { as: "review-again" });

    expectTypeOf<DocumentOf<typeof again>["charge-output"]>().toEqualTypeOf<{ paid: boolean } | undefined>();
    // @ts-expect-error 'ship' reads 'charge-output', which only some paths write
    again.step(ship);
  });

  test("requires what every path that goes on writes", () => {
    reviewed
      .choice({
        cases: [{ when: (route) => route.review.score.atLeast(3), run: (branch) => branch.step(charge) }],
        otherwise: (branch) => branch.fail({ error: "Refused" }),
      })
      .step(ship);
  });

  test("requires what every path writes", () => {
    reviewed
      .choice({
        cases: [{ when: (route) => route.review.score.atLeast(3), run: (branch) => branch.step(charge) }],
        otherwise: (branch) => branch.step(charge, { as: "charge-later" }),
      })
      .step(ship);
  });

  test("tests only values that a step declared, by their type", () => {
    reviewed.choice({
      cases: [
        {
          // @ts-expect-error "maybe" is no verdict
          when: (route) => route.review.verdict.equals("maybe"),
          run: (branch) => branch,
        },
        {
          // @ts-expect-error numbers have no startsWith
          when: (route) => route.review.score.startsWith("1"),
          run: (branch) => branch,
        },
        {
          // @ts-expect-error charge declares no route
          when: (route) => route.charge.paid.equals(true),
          run: (branch) => branch,
        },
      ],
    });
  });
});

describe("a choice's shared predicates", () => {
  test("do not take the types of its ways", () => {
    const yes = (route: Routes<{ review: { verdict: "yes" | "no" } }>) => route.review.verdict.equals("yes");

    const chosen = reviewed.choice({ cases: [{ when: yes, run: (branch) => branch.step(charge) }] });

    chosen.step(audit);
    // @ts-expect-error 'ship' reads 'charge-output', which only some paths write
    chosen.step(ship);
    // @ts-expect-error a state named 'charge' is already in the flow
    chosen.step(charge);
  });
});

describe("route values that only some paths set", () => {
  const maybe = start.pass("mark", { route: { level: 1 } }).choice({
    cases: [{ when: (route) => route.mark.level.atLeast(1), run: (branch) => branch.step(review) }],
  });

  test("are no count of a map and no length of a wait", () => {
    // @ts-expect-error review runs on one path only
    maybe.wait({ seconds: (route) => route.review.score });
    reviewed.wait({ seconds: (route) => route.review.score });
  });
});

describe("catch, repeat and callback", () => {
  test("a recovered state's output is optional, unless the recovery ends the process", () => {
    reviewed
      .step(charge)
      .catch(["Declined"], (recovery) => recovery.fail({ error: "Declined" }))
      .step(ship);
    const recovered = reviewed.step(charge).catch(["Declined"], (recovery) => recovery.wait({ seconds: 1 }));
    recovered.step(audit);
    // @ts-expect-error 'ship' reads 'charge-output', which only some paths write
    recovered.step(ship);
  });

  test("a repeat has run at least once and may read its own rounds' route", () => {
    start
      .repeat((round) => round.step(review), { until: (route) => route.review.verdict.equals("yes"), maxRounds: 3 })
      .step(charge);
  });

  test("a callback's result is a route value under the state's name", () => {
    reviewed
      .callback(charge, { timeoutSeconds: 60, result: z.object({ fine: z.boolean() }) })
      .choice({ cases: [{ when: (route) => route.charge.fine.equals(true), run: (branch) => branch.step(ship) }] });
  });

  test("a map goes over arrays only", () => {
    // @ts-expect-error foo is a string
    reviewed.map({ over: "foo", count: (route) => route.review.count }, (item) => item.step(charge));
  });
});

describe("a map", () => {
  const over = "review-output.lines" as const;

  test("needs no count from its author", () => {
    const orders = reviewed.map({ over, distributed: { batchSize: 10 } }, (item) => item.step(charge));

    expectTypeOf<DocumentOf<typeof orders>["charge-output"]>().toEqualTypeOf<{ paid: boolean }[]>();
  });

  test("has null where an item that failed was tolerated", () => {
    const all = defineStep(
      z.object({ "charge-output": z.array(z.object({ paid: z.boolean() })) }),
      z.object({}),
      () => ({}),
      { name: "all" },
    );
    const some = defineStep(
      z.object({ "charge-output": z.array(z.object({ paid: z.boolean() }).nullable()) }),
      z.object({}),
      () => ({}),
      { name: "some" },
    );
    const tolerant = reviewed.map({ over, distributed: { toleratedFailureCount: 3 } }, (item) => item.step(charge));
    const share = reviewed.map({ over, distributed: { toleratedFailurePercentage: 5 } }, (item) => item.step(charge));

    expectTypeOf<DocumentOf<typeof tolerant>["charge-output"]>().toEqualTypeOf<({ paid: boolean } | null)[]>();
    expectTypeOf<DocumentOf<typeof share>["charge-output"]>().toEqualTypeOf<({ paid: boolean } | null)[]>();
    tolerant.step(some);
    reviewed.map({ over }, (item) => item.step(charge)).step(all);
    // @ts-expect-error 'all' reads 'charge-output' as another type than the flow writes
    tolerant.step(all);
  });

  test("has null where an item took a way that does not write", () => {
    const orders = reviewed.map({ over }, (item) =>
      item.choice({
        cases: [{ when: (route) => route.review.score.atLeast(1), run: (way) => way.step(charge) }],
      }),
    );

    expectTypeOf<DocumentOf<typeof orders>["charge-output"]>().toEqualTypeOf<({ paid: boolean } | null)[]>();
  });

  test("tolerates a count or a percentage, and knows its options", () => {
    reviewed.map(
      // @ts-expect-error both at once
      { over, distributed: { toleratedFailureCount: 3, toleratedFailurePercentage: 5 } },
      (item) => item.step(charge),
    );
    // @ts-expect-error it is batchSize
    reviewed.map({ over, distributed: { batchsize: 3 } }, (item) => item.step(charge));
    // @ts-expect-error there are two types of executions
    reviewed.map({ over, distributed: { executionType: "FAST" } }, (item) => item.step(charge));
  });
});

describe("a layout", () => {
  test("is one of the two", () => {
    flow("Orders", { input: z.object({ foo: z.string() }), layout: "parts" });
    // @ts-expect-error there are document and parts
    flow("Orders", { input: z.object({ foo: z.string() }), layout: "part" });
  });
});
