import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalStack } from "@sfs3/local";
import { defineStep } from "@sfs3/sdk";
import { and, type Condition, type FlowDefinition, flow, not, or, renderAsl } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { validateDefinition } from "./validate.js";

const Input = z.object({ foo: z.string(), lines: z.array(z.string()) });
const Foo = z.object({ foo: z.string() });
const Output = z.object({ verdict: z.string(), score: z.number() });

/** The builder without its types: what random flows do, only its run-time checks can follow. */
type Builder = FlowDefinition & {
  readonly [word in
    | "step"
    | "parallel"
    | "choice"
    | "map"
    | "repeat"
    | "wait"
    | "start"
    | "callback"
    | "catch"
    | "pass"
    | "state"
    | "succeed"
    | "fail"]: (...args: readonly unknown[]) => Builder;
};

/** Adds states to a flow; `next` gives numbers, so that names and keys are unique. */
type Grow = (to: Builder, next: () => number) => Builder;

const stepOf = (next: () => number) =>
  defineStep(Foo, Output, () => ({ verdict: "yes", score: 1 }), { name: `step-${next()}` });

/** A flow to start, of a name and a key of its own. */
const startedFlow = (next: () => number) => flow(`Started${next()}`, { input: Foo }).step(stepOf(next) as never);

type Review = Record<string, Record<string, (...values: readonly unknown[]) => Condition>>;
type Test = (review: Review) => Condition;

const text = fc.string({ unit: "binary", maxLength: 12 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const comparison: fc.Arbitrary<Test> = fc.oneof(
  fc.tuple(fc.constantFrom("equals", "lessThan", "atLeast", "startsWith", "endsWith", "contains", "matches"), text).map(
    ([operator, value]): Test =>
      ({ verdict }) =>
        call(verdict, operator, value),
  ),
  fc.tuple(fc.constantFrom("equals", "lessThan", "atMost", "greaterThan", "atLeast"), number).map(
    ([operator, value]): Test =>
      ({ score }) =>
        call(score, operator, value),
  ),
  fc.array(text, { minLength: 1, maxLength: 3 }).map(
    (values): Test =>
      ({ verdict }) =>
        call(verdict, "oneOf", ...values),
  ),
  fc.constant<Test>(({ verdict }) => call(verdict, "isPresent")),
);

function call(value: Review[string] | undefined, operator: string, ...values: readonly unknown[]): Condition {
  const compare = value?.[operator];
  if (compare === undefined) throw new Error(`there is no ${operator}`);
  return compare(...values);
}

const condition = fc.letrec<{ test: Test }>((tie) => ({
  test: fc.oneof(
    { maxDepth: 2 },
    comparison,
    tie("test").map(
      (test): Test =>
        (review) =>
          not(test(review)),
    ),
    fc.tuple(tie("test"), tie("test")).map(
      ([a, b]): Test =>
        (review) =>
          and(a(review), b(review)),
    ),
    fc.tuple(tie("test"), tie("test")).map(
      ([a, b]): Test =>
        (review) =>
          or(a(review), b(review)),
    ),
  ),
})).test;

type Route = { readonly review: Review };
const when = (test: Test) => (route: Route) => test(route.review);

/** A state's own name, or none. */
const named = fc.option(fc.constantFrom("named", "Ümlaut und Leerzeichen", 'a "quoted" `name`', "ASL's"), {
  nil: undefined,
});
const as = (name: string | undefined, next: () => number) => (name === undefined ? {} : { as: `${name} ${next()}` });

const retry = fc.option(
  fc.record({
    errors: fc.constant(["Flaky"]),
    intervalSeconds: fc.integer({ min: 1, max: 60 }),
    maxAttempts: fc.integer({ min: 0, max: 9 }),
    backoffRate: fc.double({ min: 1, max: 5, noNaN: true }),
  }),
  { nil: undefined },
);

const plainState: fc.Arbitrary<Grow> = fc.oneof(
  fc.record({ name: named, timeoutSeconds: fc.integer({ min: 1, max: 900 }), retry }).map(
    ({ name, timeoutSeconds, retry: policy }): Grow =>
      (to, next) =>
        to.step(stepOf(next), { ...as(name, next), timeoutSeconds, ...(policy && { retry: [policy] }) }),
  ),
  fc
    .record({
      name: named,
      wait: fc.constantFrom({ seconds: 0 }, { seconds: 3600 }, { until: "2030-01-31T12:00:00Z" }),
    })
    .map(
      ({ name, wait }): Grow =>
        (to, next) =>
          to.wait({ ...wait, ...as(name, next) }),
    ),
  named.map(
    (name): Grow =>
      (to, next) =>
        to.wait({ seconds: ({ review }: Route) => review.score, ...as(name, next) }),
  ),
  fc
    .dictionary(text, fc.oneof(text, number, fc.boolean(), fc.constant(null)), { maxKeys: 3, noNullPrototype: true })
    .map(
      (route): Grow =>
        (to, next) =>
          to.pass(`pass ${next()}`, { route: withoutBackquotes(route) }),
    ),
  fc.boolean().map(
    (wait): Grow =>
      (to, next) =>
        to.start(startedFlow(next), { as: `start ${next()}`, wait }),
  ),
  fc.record({ timeoutSeconds: fc.integer({ min: 2, max: 86_400 }), hasResult: fc.boolean() }).map(
    ({ timeoutSeconds, hasResult }): Grow =>
      (to, next) =>
        to.callback(stepOf(next), {
          timeoutSeconds,
          heartbeatSeconds: 1,
          ...(hasResult && { result: z.object({ fine: z.boolean() }) }),
        }),
  ),
  fc.constant<Grow>((to, next) => to.state(`written ${next()}`, { Type: "Pass", Output: "{% $states.input %}" })),
);

const withoutBackquotes = (route: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(route).map(([key, value]) => [key.replaceAll("`", ""), value]));

const mapOver = (body: fc.Arbitrary<Grow>): fc.Arbitrary<Grow> =>
  fc.record({ name: named, maxConcurrency: fc.integer({ min: 0, max: 40 }), body }).map(
    ({ name, maxConcurrency, body: grow }): Grow =>
      (to, next) =>
        to.map(
          { ...as(name, next), over: "lines", count: ({ review }: Route) => review.score, maxConcurrency },
          (item: Builder) => grow(item, next),
        ),
  );

const repeatOf = (body: fc.Arbitrary<Grow>): fc.Arbitrary<Grow> =>
  fc.record({ name: named, test: condition, maxRounds: fc.integer({ min: 1, max: 9 }), body }).map(
    ({ name, test: holds, maxRounds, body: grow }): Grow =>
      (to, next) =>
        to.repeat((round: Builder) => grow(round, next), {
          ...as(name, next),
          until: when(holds),
          maxRounds,
          pauseSeconds: maxRounds % 3,
        }),
  );

/** Chains of any states; maps and repeats have bodies of another kind, for a map inside either is refused. */
const chainsWith = (maps: readonly fc.Arbitrary<Grow>[]) =>
  fc.letrec<{ chain: Grow; state: Grow }>((tie) => ({
    chain: fc.array(tie("state"), { minLength: 1, maxLength: 3 }).map(inTurn),
    state: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      plainState,
      fc.array(tie("chain"), { minLength: 1, maxLength: 3 }).map(
        (branches): Grow =>
          (to, next) =>
            to.parallel(...branches.map((grow) => (branch: Builder) => grow(branch, next))),
      ),
      fc
        .record({
          name: named,
          cases: fc.array(fc.tuple(condition, tie("chain"), fc.boolean()), { minLength: 1, maxLength: 3 }),
          otherwise: fc.option(tie("chain"), { nil: undefined }),
        })
        .map(
          ({ name, cases, otherwise }): Grow =>
            (to, next) =>
              to.choice({
                ...as(name, next),
                cases: cases.map(([test, grow, ends]) => ({
                  when: when(test),
                  run: (way: Builder) => (ends ? grow(way, next).fail({ error: "Refused" }) : grow(way, next)),
                })),
                ...(otherwise && { otherwise: (way: Builder) => otherwise(way, next) }),
              }),
        ),
      fc
        .record({
          recovery: tie("chain"),
          errors: fc.constantFrom(["Flaky"], ["States.ALL"], ["A", "B"]),
          ends: fc.boolean(),
        })
        .map(
          ({ recovery, errors, ends }): Grow =>
            (to, next) =>
              to
                .step(stepOf(next))
                .catch(errors, (way: Builder) => (ends ? recovery(way, next).succeed() : recovery(way, next))),
        ),
      ...maps,
    ),
  })).chain;

const withoutMaps = chainsWith([]);
const chain = chainsWith([mapOver(withoutMaps), repeatOf(withoutMaps)]);

function inTurn(states: readonly Grow[]): Grow {
  return (to, next) => states.reduce((grown, grow) => grow(grown, next), to);
}

const end = fc.constantFrom<Grow>(
  (to) => to,
  (to) => to.succeed(),
  (to) => to.fail({ error: "Over", cause: "and out" }),
);

test("whatever the builder builds, both validators and the local engine accept", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sfs3-definitions-"));
  const stack = await startLocalStack({ dataDir });
  onTestFinished(async () => {
    await stack.close();
    await rm(dataDir, { recursive: true });
  });
  const review = defineStep(Input, Output, () => ({ verdict: "yes", score: 1 }), {
    name: "review",
    route: ({ verdict, score }) => ({ verdict, score }),
  });
  let flows = 0;

  await fc.assert(
    fc.asyncProperty(chain, end, async (grow, finish) => {
      let states = 0;
      const next = () => ++states;
      const begun = flow(`Flow${++flows}`, { input: Input }).step(review) as unknown as Builder;
      const grown = finish(grow(begun, next), next);

      const rendered = renderAsl(grown);

      expect(renderAsl(grown)).toBe(rendered);
      expect(await validateDefinition(rendered)).toEqual([]);
      const definition = rendered.replaceAll(/\$\{\w+StateMachineArn\}/g, stack.stateMachineArn("Started"));
      await stack.stepFunctions.createStateMachine({ name: grown.name, definition, roleArn: stack.roleArn });
    }),
    { numRuns: 80 },
  );
}, 120_000);
