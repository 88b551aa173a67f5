import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { flow } from "../flow/index.js";
import { createTestStack } from "../testing/index.js";
import { httpApiEvent, jwt } from "./fixtures/events.js";
import { BEGUN, history } from "./fixtures/history.js";
import { captureStdout } from "./fixtures/stdout.js";
import { createIotAuthHandler, createStartHandler, createStateHandler, createStatusNotifier } from "./index.js";

/** No handler logs a body, a key, a token or a claim, whatever becomes of the request and however much is logged. */

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
const CANARY = "canary-7f3a";
const orders = flow("Orders", { input: z.strictObject({ text: z.string() }), topicRoot: "orders" });

const authorizer = jwt("ann", { email: CANARY });
const headers = { authorization: `Bearer ${CANARY}`, cookie: CANARY, "idempotency-key": CANARY, "x-api-key": CANARY };
const post = (body: unknown, path = "/start") => httpApiEvent({ path, body, headers, authorizer });
const get = (query: Record<string, string>) => httpApiEvent({ method: "GET", query, headers, authorizer });
const refused = (name: string) => Object.assign(new Error(`It quotes ${CANARY}.`), { name });

const useHandlers = () => {
  vi.stubEnv("LOG_LEVEL", "TRACE");
  onTestFinished(() => void vi.unstubAllEnvs());
  const stack = createTestStack();
  stack.write("uploads/0xabc", { text: CANARY });
  stack.write("uploads/0xbad", CANARY);
  const stepFunctions = new SFNClient({ region: "us-east-1" });
  const sts = new STSClient({ region: "us-east-1" });
  const place = { stateMachineArn: MACHINE, bucketName: "sidecars" };
  return {
    stack,
    sfn: mockClient(stepFunctions),
    sts: mockClient(sts),
    start: createStartHandler({ flow: orders, ...place, s3: stack.clients.s3, stepFunctions: stack.clients.sfn }),
    state: createStateHandler({ stateMachineArn: MACHINE, stepFunctions, showCause: true }),
    keys: createIotAuthHandler({
      subtopics: ({ subject }) => [subject],
      roleArn: "arn:aws:iam::123456789012:role/listener",
      topicRoot: "orders",
      iotEndpoint: "a-ats.iot.us-east-1.amazonaws.com",
      region: "us-east-1",
      sts,
    }),
    ended: createStatusNotifier({
      flow: orders,
      ...place,
      s3: stack.clients.s3,
      iotDataPlane: stack.clients.iot,
      stepFunctions,
    }),
  };
};

type Handlers = ReturnType<typeof useHandlers>;

const change = (detail: object = {}) => ({
  "detail-type": "Step Functions Execution Status Change",
  detail: {
    executionArn: "arn:aws:states:us-east-1:123456789012:execution:Orders:txn-1",
    status: "FAILED",
    input: JSON.stringify({ processData: "txn-1", more: CANARY }),
    output: CANARY,
    cause: CANARY,
    stopDate: 1,
    ...detail,
  },
});

test.each<[string, (handlers: Handlers) => Promise<unknown>]>([
  ["a start", ({ start }) => start(post({ text: CANARY }))],
  ["a start with what the schema refuses", ({ start }) => start(post({ text: 1, [CANARY]: CANARY }))],
  ["a start with no JSON", ({ start }) => start(post(`{"text":"${CANARY}`))],
  [
    "a start with another subtopic than there can be",
    ({ start }) => start(post({ text: "", subtopic: `${CANARY}/#` })),
  ],
  ["a start with an upload", ({ start }) => start(post({ upload: "0xabc" }))],
  ["a start with a bad upload", ({ start }) => start(post({ upload: "0xbad" }))],
  ["an offer of an upload", ({ start }) => start(post({ contentLength: 1 }, "/start/uploads"))],
  [
    "a start that S3 refuses",
    ({ start, stack }) => {
      stack.fail("PutObject", { status: 403 });
      return start(post({ text: CANARY }));
    },
  ],
  [
    "a state with its cause",
    ({ state, sfn }) => {
      sfn.on(DescribeExecutionCommand).resolves({ status: "FAILED", cause: CANARY, input: `{"a":"${CANARY}"}` });
      return state(get({ transactionId: "txn-1" }));
    },
  ],
  [
    "a state that Step Functions refuses",
    ({ state, sfn }) => {
      sfn.on(DescribeExecutionCommand).rejects(refused("AccessDeniedException"));
      return state(get({ transactionId: "txn-1" }));
    },
  ],
  ["a state of a foreign execution", ({ state }) => state(get({ executionArn: CANARY }))],
  [
    "credentials",
    ({ keys, sts }) => {
      const secret = { AccessKeyId: CANARY, SecretAccessKey: CANARY, SessionToken: CANARY, Expiration: new Date() };
      sts.on(AssumeRoleCommand).resolves({ Credentials: secret });
      return keys(get({}));
    },
  ],
  [
    "credentials that STS refuses",
    ({ keys, sts }) => {
      sts.on(AssumeRoleCommand).rejects(refused("AccessDenied"));
      return keys(get({}));
    },
  ],
  [
    "an end",
    ({ ended, sfn }) => {
      sfn.on(GetExecutionHistoryCommand).resolves({ events: history(...BEGUN, "ExecutionFailed") });
      return ended(change());
    },
  ],
  ["an end without a topic", ({ ended }) => ended(change({ input: `{"text":"${CANARY}"}` }))],
])("%s leaves nothing of its data in the log", async (_, act) => {
  const { text } = captureStdout();

  await act(useHandlers());

  expect(text()).not.toContain(CANARY);
});
