import { expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { createTestStack, type TestStack } from "../../testing/index.js";
import { httpApiEvent, type SentRequest } from "../fixtures/events.js";
import { captureStdout } from "../fixtures/stdout.js";
import { createStartHandler } from "../index.js";

const handlerOn = ({ clients: { s3, sfn } }: TestStack, options: { readonly transactionPrefix?: string } = {}) =>
  createStartHandler({
    inputSchema: z.object({ orderId: z.string() }),
    bucketName: "shared",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
    s3,
    stepFunctions: sfn,
    ...options,
  });

const ask = async (handler: ReturnType<typeof handlerOn>, sent: SentRequest) => {
  const { statusCode, body } = await handler(httpApiEvent(sent));
  return { statusCode, body: JSON.parse(body) as Record<string, string> };
};

test.each([
  ["a random id", {}],
  ["one that is derived from a key", { "Idempotency-Key": "k" }],
])("%s begins with the prefix, and so does the sidecar's key", async (_, headers) => {
  const stack = createTestStack();
  const handler = handlerOn(stack, { transactionPrefix: "orders-" });

  const { transactionId = "" } = (await ask(handler, { body: { orderId: "17" }, headers })).body;

  expect(transactionId).toMatch(/^orders-0x[0-9a-f]{32}$/);
  expect(stack.text(transactionId)).toContain('"orderId":"17"');
  expect(stack.executions).toMatchObject([{ name: transactionId, input: { processData: transactionId } }]);
});

test("an upload lies below the prefix, and becomes a transaction of it", async () => {
  const stack = createTestStack();
  const handler = handlerOn(stack, { transactionPrefix: "orders-" });

  const offered = await ask(handler, { path: "/start-process/uploads", body: { contentLength: 16 } });
  const { upload = "", uploadUrl = "" } = offered.body;
  stack.write(`uploads/${upload}`, { orderId: "17" });
  const { transactionId } = (await ask(handler, { body: { upload } })).body;

  expect(new URL(uploadUrl).pathname).toMatch(/\/uploads\/orders-0x[0-9a-f]{32}$/);
  expect(transactionId).toMatch(/^orders-0x[0-9a-f]{32}$/);
});

test("an upload of another process in the bucket is none", async () => {
  const stack = createTestStack();
  stack.write("uploads/others-0x1", { orderId: "17" });

  const { statusCode } = await ask(handlerOn(stack, { transactionPrefix: "orders-" }), {
    body: { upload: "others-0x1" },
  });

  expect([statusCode, stack.executions]).toEqual([404, []]);
});

test("a deployment names the prefix by TRANSACTION_PREFIX", async () => {
  vi.stubEnv("TRANSACTION_PREFIX", "shop_");
  onTestFinished(() => void vi.unstubAllEnvs());

  const { body } = await ask(handlerOn(createTestStack()), { body: { orderId: "17" } });

  expect(body.transactionId).toMatch(/^shop_0x[0-9a-f]{32}$/);
});

test.each(["a/b", "a".repeat(31), "ä"])("the prefix %j is no beginning of a name, and is refused", async (prefix) => {
  expect(() => handlerOn(createTestStack(), { transactionPrefix: prefix })).toThrow(
    "transactionPrefix must be at most 30 characters A-Z a-z 0-9 _ -",
  );
  vi.stubEnv("TRANSACTION_PREFIX", prefix);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { text } = captureStdout();

  expect((await ask(handlerOn(createTestStack()), { body: { orderId: "17" } })).statusCode).toBe(500);
  expect(text()).toContain("TRANSACTION_PREFIX, must be at most 30 characters");
});
