import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { everything, orders, reader, review } from "../fixtures/orders.js";
import { flow, renderAsl, toAsl } from "../index.js";

const payloadOf = (state: unknown) => (state as { Arguments: { Payload: string } }).Arguments.Payload;

describe("a step's Task", () => {
  const { States, StartAt } = toAsl(orders.step(review, { timeoutSeconds: 11 }));

  test("invokes the Lambda behind the step's placeholder and hands on the payload that it returns", () => {
    expect(StartAt).toBe("review");
    expect(States.review).toMatchObject({
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: "$" + "{ReviewFunctionArn}" },
      Output: "{% $states.result.Payload %}",
      TimeoutSeconds: 11,
      Next: "PublishSucceeded",
    });
  });

  test("tells the Lambda which entry of which state it serves", () => {
    const payload = payloadOf(States.review);

    expect(payload).toContain('"execution": $states.context.Execution.Id');
    expect(payload).toContain('"enteredAt": $states.context.State.EnteredTime');
    expect(payload).toContain('"attempt": $states.context.State.RetryCount + 1');
    expect(payload).not.toContain("item");
  });

  test("retries what the error table says and Lambda's own transient errors, and nothing else", () => {
    const retried = (States.review as { Retry: { ErrorEquals: string[] }[] }).Retry.flatMap(
      (retrier) => retrier.ErrorEquals,
    );

    expect(retried).toEqual([
      "S3DataPreconditionError",
      "SidecarConflictError",
      "SidecarUnavailableError",
      "Lambda.ClientExecutionTimeoutException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.TooManyRequestsException",
    ]);
    expect(States.review).toHaveProperty("Retry.0", {
      ErrorEquals: ["S3DataPreconditionError"],
      IntervalSeconds: 1,
      MaxAttempts: 3,
      BackoffRate: 1,
    });
  });

  test("keeps the original error for the FAILED message's Fail state", () => {
    expect(States.review).toHaveProperty("Catch", [
      {
        ErrorEquals: ["States.ALL"],
        Assign: { sfs3Error: "{% $states.errorOutput %}" },
        Output: "{% $states.input %}",
        Next: "PublishFailed",
      },
    ]);
    expect(States.Failed).toEqual({
      Type: "Fail",
      Error: '{% $type($sfs3Error.Error) = "string" ? $sfs3Error.Error : "States.TaskFailed" %}',
      Cause: '{% $type($sfs3Error.Cause) = "string" ? $sfs3Error.Cause : "" %}',
    });
  });
});

describe("the author's retries", () => {
  test("come first, replace the default of the same error, and stand last where they match any error", () => {
    const step = defineStep(z.object({}), z.object({}), () => ({}), {
      name: "flaky",
      retry: [
        { errors: ["States.ALL"], maxAttempts: 1 },
        { errors: ["S3DataPreconditionError"], maxAttempts: 9, intervalSeconds: 2 },
      ],
    });

    const { Retry } = toAsl(orders.step(step)).States.flaky as {
      Retry: { ErrorEquals: string[]; MaxAttempts: number }[];
    };

    expect(Retry[0]).toEqual({ ErrorEquals: ["S3DataPreconditionError"], IntervalSeconds: 2, MaxAttempts: 9 });
    expect(Retry.at(-1)).toEqual({ ErrorEquals: ["States.ALL"], MaxAttempts: 1 });
    expect(Retry.filter(({ ErrorEquals }) => ErrorEquals.includes("S3DataPreconditionError"))).toHaveLength(1);
  });
});

describe("the end of a process", () => {
  test("is published on the transaction's topic, and cannot fail for the message", () => {
    const { States } = toAsl(orders.step(review));

    expect(States.PublishSucceeded).toMatchObject({
      Resource: "arn:aws:states:::aws-sdk:iotdataplane:publish",
      Arguments: {
        Topic:
          '{% "orders/" & ($exists($states.context.Execution.Input.subtopic) ? $states.context.Execution.Input.subtopic & "/" : "") & $substringBefore($states.context.Execution.Input.processData, "/") %}',
        Payload: "SUCCEEDED",
        Qos: 1,
      },
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Succeeded" }],
      Next: "Succeeded",
    });
    expect(States.PublishFailed).toMatchObject({ Arguments: { Payload: "FAILED" }, Next: "Failed" });
  });

  test("has no success where every path fails, and no failure where every error is caught", () => {
    const failing = toAsl(orders.step(review).fail({ error: "Refused" }));
    const catching = toAsl(orders.step(review).catch(["States.ALL"], (recovery) => recovery.pass("recovered")));

    expect(Object.keys(failing.States)).toEqual(["review", "fail-1", "PublishFailed", "Failed"]);
    expect(Object.keys(catching.States)).toEqual(["review", "recovered", "PublishSucceeded", "Succeeded"]);
  });
});

describe("a redrivable flow", () => {
  const redrivable = flow("Orders", { input: z.object({ foo: z.string() }), redrivable: true });
  const payment = flow("Payment", { input: z.object({ foo: z.string() }) }).step(reader("pay"));
  const catching = (States: object) => Object.entries(States).filter(([, state]) => "Catch" in state);

  test("leaves failures to Step Functions: no state catches what its author does not, and the rest is as it was", () => {
    const build = (begun: typeof orders) =>
      begun
        .step(review)
        .parallel((branch) => branch.step(reader("left")))
        .map({ over: "review-output.lines", count: (route) => route.review.count }, (item) => item.step(reader("line")))
        .start(payment, { as: "await", wait: true });
    const announcing = toAsl(build(flow("Orders", { input: z.object({ foo: z.string() }) })));

    const { States, StartAt } = toAsl(build(redrivable));

    const { PublishFailed: _spoken, Failed: _too, ...others } = announcing.States;
    const withoutCatch = Object.entries(others).map(([name, { Catch: _caught, ...state }]) => [name, state]);
    const left = Object.entries(States).map(([name, { Catch: _caught, ...state }]) => [name, state]);
    expect(StartAt).toBe(announcing.StartAt);
    expect(left).toEqual(withoutCatch);
    expect(catching(States)).toEqual([["PublishSucceeded", States.PublishSucceeded]]);
  });

  test("keeps the catches that its author wrote, and no other", () => {
    const { States } = toAsl(redrivable.step(review).catch(["Declined"], (recovery) => recovery.pass("declined")));

    expect(States.review).toHaveProperty("Catch", [
      { ErrorEquals: ["Declined"], Output: "{% $states.input %}", Next: "declined" },
    ]);
  });

  test("announces the failure that it decides itself, as any other flow", () => {
    const { States } = toAsl(redrivable.step(review).fail({ error: "Refused" }));

    expect(Object.keys(States)).toEqual(["review", "fail-1", "PublishFailed", "Failed"]);
    expect(States.review).not.toHaveProperty("Catch");
  });

  test("is not one where the option says something else than true or false", () => {
    const redrivable = "yes" as unknown as boolean;

    expect(() => flow("Orders", { input: z.object({}), redrivable })).toThrow(
      'Orders: redrivable is "yes". Use true or false, or leave it out.',
    );
  });
});

describe("a branch of a Parallel or a Map", () => {
  const { States } = toAsl(everything);
  const branches = (States["parallel-1"] as { Branches: { States: Record<string, object> }[] }).Branches;

  test("lets its errors reach the state around it, which announces them", () => {
    expect(branches[0]?.States.left).not.toHaveProperty("Catch");
    expect(States["parallel-1"]).toHaveProperty("Catch.0.Next", "PublishFailed");
  });

  test("ends itself, never the process", () => {
    expect(branches[0]?.States.left).toHaveProperty("End", true);
    expect(JSON.stringify(branches)).not.toContain("Publish");
  });

  test("tells the Lambda the item's index in a Map", () => {
    const map = States["map-1"] as { ItemProcessor: { States: Record<string, object> } };

    expect(payloadOf(map.ItemProcessor.States.line)).toContain('"item": $states.context.Map.Item.Index');
  });

  test("is dropped but for the route values that it set", () => {
    expect(States["parallel-1"]).toHaveProperty(
      "Output",
      '{% $merge([$states.input, {"route": $merge([$states.input.route, {"marks": $states.result[1].route.`marks`}])}]) %}',
    );
    const whole = toAsl({ ...everything, layout: "document" }).States["map-1"];
    expect(whole).toHaveProperty("Output", "{% $states.input %}");
  });
});

test("the same flow, built anew, gives the same bytes", () => {
  const build = () =>
    orders
      .step(review)
      .parallel(
        (branch) => branch.step(reader("left")),
        (branch) => branch.wait({ seconds: 1 }),
      )
      .repeat((round) => round.step(reader("poll")), {
        until: (route) => route.review.verdict.equals("yes"),
        maxRounds: 2,
      });

  expect(renderAsl(build())).toBe(renderAsl(build()));
});

describe("a flow that no machine should be made of is refused, with the state and the reason", () => {
  const untyped = orders as unknown as Record<string, (...args: unknown[]) => typeof orders>;
  const refusal = (build: () => Parameters<typeof toAsl>[0]): string => {
    try {
      renderAsl(build());
    } catch (error) {
      expect(error).toHaveProperty("name", "FlowDefinitionError");
      return (error as Error).message;
    }
    throw new Error("the flow was accepted");
  };
  const needsLeft = reader("needs-left", "left-output");

  test("an unmet input", () => {
    const message = refusal(() => untyped.step?.(needsLeft) ?? orders);

    expect(message).toContain("Orders: the step 'needs-left' reads 'left-output', which nothing before it writes.");
  });

  test("an input that only some paths write", () => {
    const partial = orders
      .step(review)
      .choice({ cases: [{ when: (route) => route.review.score.equals(1), run: (way) => way.step(reader("left")) }] });

    // @ts-expect-error left-output is optional here
    expect(refusal(() => partial.step(needsLeft))).toContain(
      "'needs-left' reads 'left-output', which only some paths write",
    );
  });

  test("an input of another type", () => {
    const other = defineStep(z.object({}), z.object({ text: z.number() }), () => ({ text: 1 }), {
      name: "other",
      outputKey: "left-output",
    });

    // @ts-expect-error text is a number
    expect(refusal(() => orders.step(other).step(needsLeft))).toContain("as another type than the flow writes");
  });

  test("two states of one name", () => {
    // @ts-expect-error the name is taken
    expect(refusal(() => orders.step(reader("left")).step(reader("left")))).toContain("'left'");
    const twice = reader("twice");
    // @ts-expect-error the name is taken
    expect(refusal(() => orders.step(twice).step(twice))).toContain("two states are named 'twice'");
  });

  test("a name over 80 characters", () => {
    expect(refusal(() => orders.step(review, { as: "x".repeat(81) }))).toContain("has 81 characters");
  });

  test("a definition over 1 MiB", () => {
    const long = Array.from({ length: 600 }, (_, index) => reader(`step-${index}`)).reduce(
      (flowSoFar, step) =>
        (flowSoFar as unknown as Record<string, (step: unknown) => typeof orders>).step?.(step) ?? flowSoFar,
      orders,
    );

    expect(refusal(() => long)).toMatch(/its definition has \d+ bytes, and Step Functions takes 1048576/);
  });

  test("a flow with no step", () => {
    expect(refusal(() => orders.wait({ seconds: 1 }))).toContain("Orders has no step.");
  });

  test.each([0, -1, 1.5, 901, Number.NaN])("a timeout of %d seconds", (timeoutSeconds) => {
    expect(refusal(() => orders.step(review, { timeoutSeconds }))).toContain(
      `Orders, 'review': timeoutSeconds is ${timeoutSeconds}. Use an integer from 1 to 900.`,
    );
  });

  test("a retry or a catch that ASL would not take", () => {
    expect(refusal(() => orders.step(review, { retry: [{ errors: ["X"], backoffRate: 0.5 }] }))).toContain(
      "Orders, 'review': retry[0].backoffRate must be a number from 1",
    );
    expect(refusal(() => orders.step(review).catch(["States.ALL", "X"], (recovery) => recovery))).toContain(
      "States.ALL stands alone",
    );
  });

  test("an input that is not an object, or no schema at all", () => {
    expect(refusal(() => flow("Orders", { input: z.string() }).step(reader("left")))).toContain("not an object schema");
    expect(() => flow("Orders", {} as never)).toThrow("Orders has no input schema.");
    expect(() => flow("Or/ders", { input: z.object({}) })).toThrow('"Or/ders" is no name for a flow.');
    expect(() => flow("Orders", { input: z.object({}), topicRoot: "a/#" })).toThrow('"a/#" is no topic root.');
  });

  test("an unreachable state", () => {
    const ended = orders.step(review).succeed();

    // @ts-expect-error the flow has ended
    expect(refusal(() => ended.step(needsLeft))).toContain("the state 'needs-left' is unreachable, 'succeed-1' ends");
  });

  test("two branches of a parallel that write the same key", () => {
    const sameKey = defineStep(z.object({}), z.object({}), () => ({}), { name: "same", outputKey: "left-output" });

    const message = refusal(() =>
      orders.parallel(
        // @ts-expect-error both write left-output
        (branch) => branch.step(reader("left")),
        (branch) => branch.step(sameKey),
      ),
    );

    expect(message).toContain("Orders, 'parallel-1': two branches write 'left-output'.");
  });

  test("two started flows that would be deployed under one placeholder", () => {
    const child = (name: string) => flow(name, { input: z.object({ foo: z.string() }) }).step(reader("pay"));

    expect(refusal(() => orders.step(review).start(child("Pay-x")).start(child("PayX")))).toContain(
      "both would be deployed as PayXStateMachineArn",
    );
  });

  test("a flow that waits for another one of its own name, or starts two of one name", () => {
    const named = (name: string) => flow(name, { input: z.object({ foo: z.string() }) });
    const inner = named("Orders").step(reader("pay"));
    const between = named("Between").step(reader("label")).start(inner, { wait: true });

    expect(refusal(() => orders.step(review).start(inner, { wait: true }))).toContain(
      "Orders: it starts a flow 'Orders', and another flow has that name. Rename one of them",
    );
    expect(refusal(() => orders.step(review).start(between, { wait: true }))).toContain("it starts a flow 'Orders'");
    expect(refusal(() => named("Outer").step(review).start(between).start(named("Between").step(review)))).toContain(
      "Outer: ",
    );
  });

  test("a catch behind what cannot fail, behind States.ALL, or beside one that the state brings along", () => {
    expect(() =>
      orders
        .step(review)
        .wait({ seconds: 1 })
        .catch(["X"], (recovery) => recovery),
    ).toThrow("Orders: a wait cannot fail, so there is nothing to catch.");
    expect(
      refusal(() =>
        orders
          .step(review)
          .catch(["States.ALL"], (recovery) => recovery)
          .catch(["X"], (recovery) => recovery),
      ),
    ).toContain("a catch stands behind one of States.ALL");
    expect(
      refusal(() =>
        orders
          .step(review)
          .state("own", { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Catch: [] })
          .catch(["X"], (recovery) => recovery),
      ),
    ).toContain("it has a Catch of its own and a .catch()");
  });

  test("a repeat that ends in its first round, and a hand-written Next past the next state", () => {
    expect(
      refusal(() =>
        orders.step(review).repeat((round) => round.fail({ error: "No" }), {
          until: (route) => route.review.verdict.equals("yes"),
          maxRounds: 2,
        }),
      ),
    ).toContain("the repeat 'repeat-1' ends the process in its first round");
    expect(
      refusal(() => orders.state("jump", { Type: "Pass", Next: "last" }).step(reader("left")).step(reader("last"))),
    ).toContain("the state 'left' is unreachable, the 'Next' of 'jump' leads elsewhere");
  });

  test.each<[string, () => unknown, string]>([
    [
      "a misspelt option",
      () => untyped.choice?.({ cases: [], otherwize: () => orders }),
      ".choice() knows no option 'otherwize'. Its options are as, cases, otherwise.",
    ],
    ["a misspelt option of a step", () => untyped.step?.(review, { timeout: 3 }), ".step() knows no option 'timeout'."],
    [
      "a misspelt option of the flow",
      () => flow("Orders", { input: z.object({}), topicroot: "x" } as never),
      "a flow knows no option 'topicroot'",
    ],
    [
      "a repeat without its limit",
      () => untyped.repeat?.(() => orders, { until: () => undefined }),
      ".repeat() lacks its option 'maxRounds'.",
    ],
    [
      "a callback without its timeout",
      () => untyped.callback?.(review, {}),
      ".callback() lacks its option 'timeoutSeconds'.",
    ],
    ["a fail without its error", () => untyped.fail?.(), ".fail() lacks its option 'error'."],
    ["a wait that knows no time", () => untyped.wait?.({ as: "w" }), ".wait() does not know how long."],
    [
      "a catch without a list",
      () => (orders.step(review) as unknown as typeof untyped).catch?.("X", () => orders),
      "a catch has no list of error names.",
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(message);
  });

  test("a condition that tests nothing", () => {
    expect(() =>
      orders.step(review).choice({
        // @ts-expect-error a route value is no condition
        cases: [{ when: (route) => route.review.score, run: (way) => way }],
      }),
    ).toThrow("Orders: a condition tests nothing.");
  });

  test("a map inside a map", () => {
    const nested = orders
      .step(review)
      .map({ over: "review-output.lines", count: (route) => route.review.count }, (item) =>
        item.parallel((branch) =>
          branch.map({ over: "review-output.lines", count: (route) => route.review.count }, (inner) =>
            inner.step(reader("line")),
          ),
        ),
      );

    expect(refusal(() => nested)).toContain("the map 'map-2' stands inside the map 'map-1'");
  });

  test("a map inside a repeat", () => {
    const rounds = orders
      .step(review)
      .repeat(
        (round) =>
          round.map({ over: "review-output.lines", count: (route) => route.review.count }, (item) =>
            item.step(reader("line")),
          ),
        { until: (route) => route.review.verdict.equals("yes"), maxRounds: 2 },
      );

    expect(refusal(() => rounds)).toContain("the map 'map-1' stands inside the repeat 'repeat-1'");
  });

  test("an unmet input inside a flow that is waited for, in that flow's own words", () => {
    const child = flow("Child", { input: z.object({ foo: z.string() }) });

    // @ts-expect-error nobody writes left-output
    const hungry = child.step(reader("hungry", "left-output"));

    expect(refusal(() => orders.step(review).start(hungry, { wait: true }))).toContain(
      "Child: the step 'hungry' reads 'left-output'",
    );
  });

  test("a branch that does not return its own flow", () => {
    expect(() => orders.parallel(() => flow("Elsewhere", { input: z.object({}) }) as never)).not.toThrow();
    expect(() => orders.step(review).parallel(() => orders as never)).toThrow(
      "returned something else than its own flow",
    );
  });
});
