import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import * as z from "zod";
import { createTestStack, type TestStack } from "../../testing/index.js";
import { EVENT_KINDS, httpApiEvent } from "../fixtures/events.js";
import { createStartHandler, type StartHandlerOptions } from "../index.js";

const Input = z.object({ text: z.string() });

const handlerOn = (stack: TestStack, options: StartHandlerOptions<z.output<typeof Input>> = {}) =>
  createStartHandler({
    inputSchema: Input,
    bucketName: "sidecars",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
    s3: stack.clients.s3,
    stepFunctions: stack.clients.sfn,
    ...options,
  });

const post = async (handler: ReturnType<typeof handlerOn>, path: string, body: object, headers = {}) => {
  const answer = await handler(httpApiEvent({ path, body, headers }));
  return { status: answer.statusCode, ...(JSON.parse(answer.body) as { readonly transactionId?: string }) };
};

test.each(EVENT_KINDS)("%s offers a URL that takes one object of the length asked for, once", async (kind, eventOf) => {
  const handler = handlerOn(createTestStack(), { uploads: { expiresSeconds: 60 } });

  const answer = await handler(eventOf({ path: "/start/uploads", body: { contentLength: 1234 } }));

  const { upload, uploadUrl, uploadHeaders, expiresAt, startUrl } = JSON.parse(answer.body);
  const url = new URL(uploadUrl);
  expect(answer.statusCode).toBe(201);
  expect(url.pathname).toBe(`/uploads/${upload}`);
  expect(url.hostname).toBe("sidecars.s3.us-east-1.amazonaws.com");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    "X-Amz-Expires": "60",
    "X-Amz-SignedHeaders": "content-length;host;if-none-match;x-amz-server-side-encryption",
  });
  expect([...url.searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  expect(uploadHeaders).toEqual({
    "content-type": "application/json",
    "if-none-match": "*",
    "x-amz-server-side-encryption": "AES256",
  });
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
  expect(startUrl).toBe(`https://api.example.org${kind === "a REST API" ? "/prod" : ""}/start`);
});

test("a process is started with an upload as with a body, and the upload is used up", async () => {
  const stack = createTestStack();
  const handler = handlerOn(stack);
  stack.write("uploads/0xabc", { text: "long" });

  const first = await post(handler, "/start", { upload: "0xabc", subtopic: "w" });
  const again = await post(handler, "/start", { upload: "0xabc", subtopic: "w" });
  const other = await post(handler, "/start", { upload: "0xabc", subtopic: "x" });

  const txnId = first.transactionId ?? "";
  expect(first.status).toBe(201);
  expect(stack.document(txnId)).toMatchObject({ text: "long" });
  expect(txnId).not.toBe("0xabc");
  expect(stack.text("uploads/0xabc")).toBeUndefined();
  expect(again).toEqual(first);
  expect(other.status).toBe(422);
  expect(stack.executions).toMatchObject([{ name: txnId, input: { processData: txnId, subtopic: "w" } }]);
});

test("under an idempotency key, an input is the same whether it is uploaded, uploaded again or sent as the body", async () => {
  const stack = createTestStack();
  const handler = handlerOn(stack);
  const start = (body: object) => post(handler, "/start", body, { "idempotency-key": "key-1" });
  stack.write("uploads/0xa", { text: "long" });
  stack.write("uploads/0xb", { text: "long" });
  stack.write("uploads/0xc", { text: "other" });

  const first = await start({ upload: "0xa", subtopic: "w" });
  const repeated = [
    await start({ upload: "0xa", subtopic: "w" }),
    await start({ upload: "0xb", subtopic: "w" }),
    await start({ text: "long", subtopic: "w" }),
  ];

  expect(first.status).toBe(201);
  expect(repeated).toEqual([first, first, first]);
  expect(await start({ upload: "0xc", subtopic: "w" })).toMatchObject({ status: 422 });
  expect(await start({ upload: "0xa", subtopic: "x" })).toMatchObject({ status: 422 });
  expect(stack.executions).toHaveLength(1);
});

test("a subtopic in the upload is no input, as one in the body is none", async () => {
  const stack = createTestStack();
  const handler = createStartHandler({
    inputSchema: z.strictObject({ text: z.string() }),
    bucketName: "sidecars",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
    s3: stack.clients.s3,
    stepFunctions: stack.clients.sfn,
  });
  stack.write("uploads/0xa", { text: "long", subtopic: "w" });

  const { status, transactionId = "" } = await post(handler, "/start", { upload: "0xa", subtopic: "w" });

  expect(status).toBe(201);
  expect(stack.document(transactionId)).toMatchObject({ text: "long" });
  expect(stack.document(transactionId)).not.toHaveProperty("subtopic");
});

test.each([
  ["what the schema refuses", '{"text":1}', 400],
  ["no JSON", "canary", 400],
  ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), 400],
])("an upload of %s is refused as the body would be", async (_, uploaded, status) => {
  const stack = createTestStack();
  stack.write("uploads/0xabc", uploaded);

  const answer = await post(handlerOn(stack), "/start", { upload: "0xabc" });

  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer)).not.toContain("canary");
  expect([stack.puts, stack.executions]).toEqual([[], []]);
});

test("an upload that is not there, one that is too large, and a length that is none are told apart", async () => {
  const stack = createTestStack();
  const s3 = new S3Client({ region: "us-east-1" });
  mockClient(s3).on(GetObjectCommand).resolves({ ContentLength: 11 });
  const handler = handlerOn(stack, { uploads: { maxBytes: 10 } });

  expect(await post(handler, "/start", { upload: "0xabc" })).toMatchObject({ status: 404 });
  expect(await post(handler, "/start", { upload: "a/b" })).toMatchObject({ status: 400 });
  expect(await post(handler, "/start/uploads", { contentLength: 11 })).toMatchObject({ status: 413 });
  expect(await post(handler, "/start/uploads", { contentLength: "1" })).toMatchObject({ status: 400 });
  expect(await post(handlerOn(stack, { uploads: { maxBytes: 10 }, s3 }), "/start", { upload: "a" })).toMatchObject({
    status: 413,
    detail: "An input may have at most 10 bytes.",
  });
});

test("without uploads a body with that key is an input like any other", async () => {
  const stack = createTestStack();
  const handler = createStartHandler({
    inputSchema: z.object({ upload: z.string() }),
    uploads: false,
    bucketName: "sidecars",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
    s3: stack.clients.s3,
    stepFunctions: stack.clients.sfn,
  });

  const { transactionId = "" } = await post(handler, "/start", { upload: "u" });

  expect(stack.text(transactionId)).toBe('{"upload":"u"}');
  expect(await post(handler, "/start/uploads", { upload: "u" })).toMatchObject({ status: 404 });
  expect(stack.executions).toHaveLength(1);
});
