import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../define-step.js";
import { LAYOUTS } from "../../sidecar/layout.js";
import { createTestStack, type TestStack, testStep } from "../../testing/index.js";
import { httpApiEvent, jwt, type SentRequest } from "../fixtures/events.js";
import { captureStdout } from "../fixtures/stdout.js";
import { createStartHandler, type HttpHandler } from "../index.js";

const handlerOn = (stack: TestStack, machine = "Orders") =>
  createStartHandler({
    layout: stack.layout,
    inputSchema: z.looseObject({ orderId: z.string(), at: z.date().default(() => new Date()) }),
    bucketName: "sidecars",
    stateMachineArn: `arn:aws:states:us-east-1:123456789012:stateMachine:${machine}`,
    s3: stack.clients.s3,
    stepFunctions: stack.clients.sfn,
  });

const post = async (handler: HttpHandler, body: object, sent: SentRequest = {}) => {
  const answer = await handler(httpApiEvent({ body, headers: { "idempotency-key": "key-1" }, ...sent }));
  return { status: answer.statusCode, ...(JSON.parse(answer.body) as { readonly transactionId?: string }) };
};

describe.each(LAYOUTS)("in the %s layout", (layout) => {
  test("a repeated request gives the same transaction and no second execution, in whatever order its keys are", async () => {
    const stack = createTestStack({ layout });
    const handler = handlerOn(stack);

    const first = await post(handler, { orderId: "17", line: { a: 1, b: 2 }, subtopic: "w" });
    const second = await post(handler, { subtopic: "w", line: { b: 2, a: 1 }, orderId: "17" });

    expect(first.status).toBe(201);
    expect(second).toEqual(first);
    expect([stack.executions.length, stack.puts.length]).toEqual([1, 1]);
  });

  test("a request that died between S3 and Step Functions is finished by its repetition", async () => {
    const stack = createTestStack({ layout });
    const handler = handlerOn(stack);
    captureStdout();
    const sfn = mockClient(stack.clients.sfn);
    sfn
      .on(StartExecutionCommand)
      .rejectsOnce(Object.assign(new Error("busy"), { name: "ThrottlingException" }))
      .resolves({ executionArn: "arn:e" });

    const died = await post(handler, { orderId: "17" });
    const written = [...stack.puts];
    const finished = await post(handler, { orderId: "17" });

    expect([died.status, finished.status]).toEqual([503, 201]);
    expect(written).toHaveLength(1);
    expect(stack.puts).toEqual(written);
    expect(sfn.calls().map(({ args }) => (args[0].input as { name: string }).name)).toEqual([
      finished.transactionId,
      finished.transactionId,
    ]);
  });

  test("a repetition finds its transaction also when steps have written since", async () => {
    const stack = createTestStack({ layout });
    const handler = handlerOn(stack);
    const first = await post(handler, { orderId: "17" });
    const step = defineStep(z.object({ orderId: z.string() }), z.object({}), () => ({}), {
      name: "replaces",
      outputKey: "orderId",
    });
    await testStep(step, { stack, event: { processData: first.transactionId } });

    expect(await post(handler, { orderId: "17" })).toEqual(first);
    expect(stack.executions).toHaveLength(1);
  });

  test.each([
    ["another input", { orderId: "18" }],
    ["one key less", {}],
    ["another subtopic", { orderId: "17", subtopic: "x" }],
  ])("%s under the same key is refused, and nothing is started", async (_, body) => {
    const stack = createTestStack({ layout });
    const handler = createStartHandler({
      inputSchema: z.looseObject({}),
      bucketName: "sidecars",
      stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
      s3: stack.clients.s3,
      stepFunctions: stack.clients.sfn,
    });
    await post(handler, { orderId: "17" });

    expect(await post(handler, body)).toMatchObject({ status: 422, type: "urn:sfs3:problem:idempotency-key-reused" });
    expect(stack.executions).toHaveLength(1);
  });

  test("a key belongs to its caller and to its process", async () => {
    const stack = createTestStack({ layout });
    const ids = [
      await post(handlerOn(stack), { orderId: "17" }),
      await post(handlerOn(stack), { orderId: "17" }, { authorizer: jwt("ann") }),
      await post(handlerOn(stack), { orderId: "17" }, { authorizer: jwt("bob") }),
      await post(handlerOn(stack), { orderId: "17" }, { authorizer: jwt("bob", { iss: "https://other.example.org" }) }),
      await post(handlerOn(stack, "Other"), { orderId: "17" }),
      await post(handlerOn(stack, "Orders:live"), { orderId: "17" }),
    ].map(({ transactionId }) => transactionId);

    expect(new Set(ids).size).toBe(5);
    expect(ids[5]).toBe(ids[0]);
  });

  test("requests of one key at the same time become one transaction", async () => {
    const stack = createTestStack({ layout });
    const handler = handlerOn(stack);

    const answers = await Promise.all(Array.from({ length: 20 }, () => post(handler, { orderId: "17" })));

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(stack.executions).toHaveLength(1);
  });

  test.each(["", "with space", "ü", "x".repeat(256)])("the key '%s' is refused", async (key) => {
    const answer = await post(
      handlerOn(createTestStack({ layout })),
      { orderId: "1" },
      { headers: { "idempotency-key": key } },
    );

    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining("Idempotency-Key must be") });
  });
});
