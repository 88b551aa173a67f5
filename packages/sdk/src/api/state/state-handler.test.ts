import { DescribeExecutionCommand, type DescribeExecutionOutput, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { expect, onTestFinished, test, vi } from "vitest";
import { EVENT_KINDS, httpApiEvent, jwt, type SentRequest } from "../fixtures/events.js";
import { captureStdout } from "../fixtures/stdout.js";
import { createStateHandler, type StateHandlerOptions } from "../index.js";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
const EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Orders:txn-1";
const RUNNING: Partial<DescribeExecutionOutput> = {
  name: "txn-1",
  status: "RUNNING",
  input: '{"processData":"txn-1","subtopic":"ann"}',
  startDate: new Date("2030-01-01T00:00:00.500Z"),
};
const FAILED = {
  ...RUNNING,
  status: "FAILED",
  stopDate: new Date("2030-01-01T00:00:02Z"),
  error: "CardDeclined",
  cause: "canary",
} as const;

const on = (execution: Partial<DescribeExecutionOutput> | Error, options: StateHandlerOptions = {}) => {
  const stepFunctions = new SFNClient({ region: "us-east-1" });
  const mock = mockClient(stepFunctions);
  if (execution instanceof Error) mock.on(DescribeExecutionCommand).rejects(execution);
  else mock.on(DescribeExecutionCommand).resolves(execution);
  const handler = createStateHandler({ stateMachineArn: MACHINE, stepFunctions, ...options });
  const ask = async (query: Record<string, string>, sent: SentRequest = {}) => {
    const { statusCode, headers, body } = await handler(httpApiEvent({ method: "GET", query, ...sent }));
    return { statusCode, headers, body: JSON.parse(body) as Record<string, unknown> };
  };
  return { handler, ask, calls: () => mock.commandCalls(DescribeExecutionCommand).map(({ args }) => args[0].input) };
};

test.each(EVENT_KINDS)(
  "%s asks for a transaction or an execution, and the answer is not cached",
  async (_, eventOf) => {
    const { handler, calls } = on(RUNNING);

    for (const query of [{ transactionId: "txn-1" }, { executionArn: EXECUTION }]) {
      const answer = await handler(eventOf({ method: "GET", query }));

      expect(answer).toMatchObject({ statusCode: 200, headers: { "cache-control": "no-store" } });
      expect(JSON.parse(answer.body)).toEqual({
        status: "RUNNING",
        transactionId: "txn-1",
        executionId: EXECUTION,
        startDate: "2030-01-01T00:00:00.500Z",
      });
    }
    expect(calls()).toEqual([{ executionArn: EXECUTION }, { executionArn: EXECUTION }]);
  },
);

test("a failure is shown with its error's name; its cause only where that is wanted", async () => {
  const body = {
    status: "FAILED",
    transactionId: "txn-1",
    executionId: EXECUTION,
    startDate: "2030-01-01T00:00:00.500Z",
    stopDate: "2030-01-01T00:00:02.000Z",
    error: "CardDeclined",
  };

  expect((await on(FAILED).ask({ transactionId: "txn-1" })).body).toEqual(body);
  const shown = await on(FAILED, { showCause: true }).ask({ transactionId: "txn-1" });
  expect(shown.body).toEqual({ ...body, cause: "canary" });
});

test("the transaction of an execution that another machine started is the one of its input", async () => {
  const executionArn = `${EXECUTION}-step-c`;
  const { ask } = on({ ...RUNNING, name: "txn-1-step-c" });

  expect((await ask({ executionArn })).body).toMatchObject({ transactionId: "txn-1", executionId: executionArn });
  const byHand = on({ ...RUNNING, name: "by-hand", input: "[]" });
  expect((await byHand.ask({ executionArn })).body).toMatchObject({ transactionId: "by-hand" });
});

test.each([
  [{}],
  [{ executionArn: EXECUTION, transactionId: "txn-1" }],
  [{ executionArn: "" }],
  [{ executionArn: "txn-1" }],
  [{ executionArn: `${EXECUTION}:x` }],
  [{ executionArn: `${EXECUTION}/x` }],
  [{ executionArn: EXECUTION.slice(0, -"txn-1".length) }],
  [{ executionArn: EXECUTION.replace("Orders", "Orders2") }],
  [{ executionArn: EXECUTION.replace("123456789012", "123456789013") }],
  [{ executionArn: EXECUTION.replace("us-east-1", "us-east-2") }],
  [{ transactionId: "a:b" }],
])("%o is refused without asking Step Functions", async (query) => {
  const { ask, calls } = on(RUNNING);

  expect(await ask(query)).toMatchObject({ statusCode: 400, headers: { "content-type": "application/problem+json" } });
  expect(calls()).toEqual([]);
});

test.each([
  ["ExecutionDoesNotExist", 404],
  ["ThrottlingException", 503],
  ["AccessDeniedException", 500],
])("%s is answered by %i, without its message", async (name, status) => {
  const { text } = captureStdout();

  const { statusCode, body } = await on(Object.assign(new Error("canary"), { name })).ask({ transactionId: "t" });

  expect(statusCode).toBe(status);
  expect(JSON.stringify(body) + text()).not.toContain("canary");
});

test("authorize decides by who asks and by what the process was started with", async () => {
  const { ask } = on(RUNNING, { authorize: ({ identity, subtopic }) => identity?.subject === subtopic });
  const statusFor = async (sub: string) => (await ask({ transactionId: "txn-1" }, { authorizer: jwt(sub) })).statusCode;

  expect([await statusFor("ann"), await statusFor("bob")]).toEqual([200, 403]);
});

test("the machine's alias names the machine, and the environment names it too", async () => {
  vi.stubEnv("STATE_MACHINE_ARN", `${MACHINE}:live`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const stepFunctions = new SFNClient({ region: "us-east-1" });
  mockClient(stepFunctions).on(DescribeExecutionCommand).resolves(RUNNING);

  const answer = await createStateHandler({ stepFunctions })(
    httpApiEvent({ method: "GET", query: { executionArn: EXECUTION } }),
  );

  expect(answer.statusCode).toBe(200);
});

test("only GET is allowed, and misspelt options are refused", async () => {
  const { handler } = on(RUNNING);

  expect(await handler(httpApiEvent({ method: "POST" }))).toMatchObject({ statusCode: 405, headers: { allow: "GET" } });
  expect(() => createStateHandler({ causes: true } as never)).toThrow("unknown option 'causes'");
});
