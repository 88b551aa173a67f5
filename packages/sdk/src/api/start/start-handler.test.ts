import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { flow } from "../../flow/index.js";
import { createTestStack, type TestStack } from "../../testing/index.js";
import { EVENT_KINDS, httpApiEvent, type SentRequest } from "../fixtures/events.js";
import { captureStdout } from "../fixtures/stdout.js";
import type { HttpHandler } from "../index.js";
import { createStartHandler } from "../index.js";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
const orders = flow("Orders", { input: z.object({ orderId: z.string(), lines: z.number().default(1) }) });

const settingsOn = ({ clients: { s3, sfn } }: TestStack) => ({
  bucketName: "sidecars",
  stateMachineArn: MACHINE,
  s3,
  stepFunctions: sfn,
});

const ordersOn = (stack: TestStack) => createStartHandler({ flow: orders, ...settingsOn(stack) });

const send = async (handler: HttpHandler, sent: SentRequest) => {
  const { statusCode, headers, body } = await handler(httpApiEvent(sent));
  return { statusCode, headers, body: (body === "" ? {} : JSON.parse(body)) as Record<string, unknown> };
};

const startedBy = async (handler: HttpHandler, sent: SentRequest) => {
  const { statusCode, body } = await send(handler, sent);
  expect([statusCode, body]).toEqual([201, expect.objectContaining({ transactionId: expect.any(String) })]);
  return String(body.transactionId);
};

test("a process in parts starts with its input in a part, under the same id and execution", async () => {
  const stack = createTestStack({ layout: "parts" });
  const inParts = flow("Orders", { input: orders.input, layout: "parts" });
  const handler = createStartHandler({ flow: inParts, ...settingsOn(stack) });

  const transactionId = await startedBy(handler, { body: { orderId: "17" } });

  expect(transactionId).toMatch(/^0x[0-9a-f]{32}$/);
  expect(stack.puts[0]).toMatchObject({ Key: `${transactionId}/input.json`, IfNoneMatch: "*" });
  expect(stack.text(transactionId)).toBe('{"orderId":"17",\n"lines":1}');
  expect(stack.executions).toMatchObject([{ name: transactionId, input: { processData: `${transactionId}/` } }]);
});

test("the environment says how sidecars lie, where there is neither flow nor option; another word is refused", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  captureStdout();
  const stack = createTestStack({ layout: "parts" });
  vi.stubEnv("SIDECAR_LAYOUT", "parts");
  const handler = createStartHandler({ inputSchema: orders.input, ...settingsOn(stack) });
  const transactionId = await startedBy(handler, { body: { orderId: "17" } });
  vi.stubEnv("SIDECAR_LAYOUT", "pieces");
  const refused = await send(handler, { body: { orderId: "17" } });

  expect(stack.puts[0]?.Key).toBe(`${transactionId}/input.json`);
  expect([refused.statusCode, stack.puts.length]).toEqual([500, 1]);
});

test.each(EVENT_KINDS)("%s starts a process: sidecar, execution, answer", async (_, eventOf) => {
  const stack = createTestStack();

  const answer = await ordersOn(stack)(eventOf({ body: { orderId: "17" }, headers: { "Sfs3-Subtopic": "worker1" } }));

  const { transactionId, executionId } = JSON.parse(answer.body);
  expect(answer).toMatchObject({ statusCode: 201, headers: { "cache-control": "no-store" } });
  expect(transactionId).toMatch(/^0x[0-9a-f]{32}$/);
  expect(executionId).toBe(`arn:aws:states:us-east-1:123456789012:execution:Orders:${transactionId}`);
  expect(stack.text(transactionId)).toBe('{"orderId":"17",\n"lines":1}');
  expect(stack.puts[0]).toMatchObject({
    Bucket: "sidecars",
    ContentType: "application/json",
    IfNoneMatch: "*",
    ServerSideEncryption: "AES256",
  });
  expect(stack.executions).toEqual([
    { stateMachineArn: MACHINE, name: transactionId, input: { processData: transactionId, subtopic: "worker1" } },
  ]);
});

test("an input that the schema refuses is answered with its issues and nothing of the data", async () => {
  const stack = createTestStack();

  const { statusCode, headers, body } = await send(ordersOn(stack), { body: { orderId: 1, lines: "canary" } });

  expect([statusCode, headers["content-type"]]).toEqual([400, "application/problem+json"]);
  expect(body).toMatchObject({
    type: "urn:sfs3:problem:invalid-input",
    status: 400,
    title: "The input is not what the process takes",
    issues: [{ path: ["orderId"] }, { path: ["lines"] }],
  });
  expect(JSON.stringify(body)).not.toContain("canary");
  expect([stack.requests, stack.executions]).toEqual([[], []]);
});

test.each([
  ["no body", undefined, "The body is empty; send a JSON object."],
  ["a body that is not JSON", "canary", "The body is not JSON."],
  ["an array", [], "The body must be a JSON object."],
  [
    "a subtopic with a slash",
    { orderId: "1", subtopic: "a/b" },
    "subtopic must be 1 to 64 characters A-Z a-z 0-9 _ -.",
  ],
  ["a wildcard", { orderId: "1", subtopic: "+" }, "subtopic must be 1 to 64 characters A-Z a-z 0-9 _ -."],
  ["the journal", { orderId: "1", $sfs3: {} }, "The key '$sfs3' is reserved for the journal."],
])("%s is refused before anything is written", async (_, body, detail) => {
  const stack = createTestStack();

  expect(await send(ordersOn(stack), { body })).toMatchObject({ statusCode: 400, body: { detail } });
  expect(stack.requests).toEqual([]);
});

test("subtopic is taken out of the body, unless it is a key of the input", async () => {
  const stack = createTestStack();
  const strict = createStartHandler({ inputSchema: z.strictObject({ a: z.number() }), ...settingsOn(stack) });
  const own = createStartHandler({ inputSchema: z.object({ subtopic: z.string() }), ...settingsOn(stack) });

  const texts = [
    stack.text(await startedBy(strict, { body: { a: 1, subtopic: "w" } })),
    stack.text(await startedBy(own, { body: { subtopic: "w" } })),
  ];

  expect(texts).toEqual(['{"a":1}', '{"subtopic":"w"}']);
  expect(stack.executions.map(({ input }) => input)).toMatchObject([{ subtopic: "w" }, { subtopic: "w" }]);
});

test("two subtopics that differ are refused", async () => {
  const sent = { body: { orderId: "1", subtopic: "a" }, headers: { "sfs3-subtopic": "b" } };

  expect(await send(ordersOn(createTestStack()), sent)).toMatchObject({
    statusCode: 400,
    body: { detail: "The body and the header name different subtopics." },
  });
});

test("whatever the input, the sidecar holds it, with a fingerprint as without one", async () => {
  const inputSchema = z.looseObject({});
  const keys = fc.string().filter((key) => !["$sfs3", "__proto__", "subtopic", "upload"].includes(key));

  await fc.assert(
    fc.asyncProperty(fc.dictionary(keys, fc.jsonValue()), fc.boolean(), async (input, again) => {
      const stack = createTestStack();
      const handler = createStartHandler({ inputSchema, ...settingsOn(stack) });

      const txnId = await startedBy(handler, { body: input, headers: again ? { "idempotency-key": "k" } : {} });

      const { $sfs3, ...data } = stack.document(txnId);
      expect(data).toEqual(JSON.parse(JSON.stringify(input)));
      expect($sfs3 !== undefined).toBe(again);
    }),
    { numRuns: 50 },
  );
});

test("the caller decides nothing that authorize does not let through", async () => {
  const stack = createTestStack();
  const handler = createStartHandler({
    flow: orders,
    ...settingsOn(stack),
    authorize: ({ identity, subtopic, input }) => identity?.subject === subtopic && input.lines < 5,
  });
  const authorizer = { jwt: { claims: { sub: "ann" } } };
  const attempt = async (body: object) => (await send(handler, { body, authorizer })).statusCode;

  expect(await attempt({ orderId: "1", subtopic: "ann" })).toBe(201);
  expect(await attempt({ orderId: "1", subtopic: "bob" })).toBe(403);
  expect(await attempt({ orderId: "1", subtopic: "ann", lines: 5 })).toBe(403);
  expect(stack.executions).toHaveLength(1);
});

test("a write whose answer was lost is found again, not refused", async () => {
  const stack = createTestStack();
  stack.fail("PutObject", { status: 409 }, { status: 412, applied: true });

  await startedBy(ordersOn(stack), { body: { orderId: "17" } });

  expect(stack.executions).toHaveLength(1);
});

test.each([
  ["S3 is busy", (stack: TestStack) => stack.fail("PutObject", { status: 503 })],
  [
    "another write of the key goes on and on",
    (stack: TestStack) => stack.fail("PutObject", ...Array(5).fill({ status: 409 })),
  ],
  ["S3 cannot be reached", (stack: TestStack) => stack.fail("PutObject", { code: "ECONNRESET" })],
])("where %s the answer is 503 and says when to try again", async (_, breakIt) => {
  const stack = createTestStack();
  breakIt(stack);
  const { text } = captureStdout();

  const { statusCode, headers } = await send(ordersOn(stack), { body: { orderId: "canary" } });

  expect([statusCode, headers["retry-after"]]).toEqual([503, "1"]);
  expect(text()).toContain("a service was busy");
  expect(text()).not.toContain("canary");
});

test("a failure nobody foresaw is answered without its message, and logged by its name", async () => {
  const stack = createTestStack();
  mockClient(stack.clients.sfn)
    .on(StartExecutionCommand)
    .rejects(Object.assign(new Error("quotes the canary"), { name: "InvalidExecutionInput" }));
  const { text } = captureStdout();

  const { statusCode, body } = await send(ordersOn(stack), {
    body: { orderId: "canary" },
    headers: { authorization: "Bearer canary", "idempotency-key": "canary" },
  });

  expect([statusCode, body.detail]).toEqual([500, "The request failed; the function's log says why."]);
  expect(JSON.parse(text())).toMatchObject({ level: "ERROR", errorName: "InvalidExecutionInput" });
  expect(text() + JSON.stringify(body)).not.toContain("canary");
});

test("a setting that is missing is named in the log", async () => {
  const { text } = captureStdout();

  const answer = await send(createStartHandler({ flow: orders }), { body: { orderId: "1" } });

  expect(answer.statusCode).toBe(500);
  expect(JSON.parse(text()).reason).toBe(
    "createStartHandler: there is no stateMachineArn: give the option, or set the environment variable STATE_MACHINE_ARN.",
  );
});

test("clients are mocked by mockClient on their classes, and settings come from the environment", async () => {
  const mocks = [mockClient(S3Client), mockClient(SFNClient)] as const;
  mocks[1].on(StartExecutionCommand).resolves({ executionArn: "arn:e" });
  onTestFinished(() => {
    for (const mock of mocks) mock.restore();
    vi.unstubAllEnvs();
  });
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("BUCKET_NAME", "from-environment");
  vi.stubEnv("STATE_MACHINE_ARN", MACHINE);

  const { body } = await send(createStartHandler({ flow: orders }), { body: { orderId: "1" } });

  expect(body.executionId).toBe("arn:e");
  expect(mocks[0].commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({ Bucket: "from-environment" });
  expect(mocks[1].commandCalls(StartExecutionCommand)[0]?.args[0].input).toMatchObject({ stateMachineArn: MACHINE });
});

test("only POST is allowed", async () => {
  const handler = ordersOn(createTestStack());

  expect(await send(handler, { method: "GET" })).toMatchObject({ statusCode: 405, headers: { allow: "POST" } });
  expect(await send(handler, { method: "OPTIONS" })).toMatchObject({ statusCode: 405 });
});

test.each([
  [{ flow: orders, buckt: "b" }, "unknown option 'buckt'"],
  [{ flow: orders, inputSchema: z.object({}) }, "give either a flow or an inputSchema"],
  [{}, "give either a flow or an inputSchema"],
  [{ flow: {} }, "flow must be a flow"],
  [{ flow: orders, stateMachineArn: "Orders" }, "stateMachineArn must be a state machine's ARN"],
  [{ flow: orders, uploads: { maxBytes: 0 } }, "uploads.maxBytes must be an integer from 1"],
  [{ flow: orders, cors: { origins: ["*"], credentials: true } }, "cors.origins must name the origins"],
  [{ flow: orders, cors: { origins: ["https://a.example/path"] } }, "cors.origins must be a list of origins"],
  [{ inputSchema: z.object({ upload: z.string() }) }, "the input has a key 'upload'"],
])("options that are wrong are refused when the handler is made: %#", (options, message) => {
  expect(() => createStartHandler(options as never)).toThrow(
    expect.objectContaining({ name: "StepConfigurationError", message: expect.stringContaining(message) }),
  );
});

test("an event that is no HTTP request is refused with what to do", async () => {
  await expect(createStartHandler({ flow: orders })({ processData: "t" })).rejects.toMatchObject({
    name: "InvalidEventError",
    message: expect.stringContaining("function URL"),
  });
});
