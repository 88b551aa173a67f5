import { PublishCommand } from "@aws-sdk/client-iot-data-plane";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { flow } from "../../flow/index.js";
import { createTestStack } from "../../testing/index.js";
import { announcing, BEGUN, history } from "../fixtures/history.js";
import { captureStdout } from "../fixtures/stdout.js";
import { createStatusNotifier, type StatusNotifierOptions } from "../index.js";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
const EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Orders:txn-1";
const STOPPED_MS = Date.UTC(2030, 0, 1);
const MARK = `ends/Orders/txn-1/${STOPPED_MS}`;
const orders = flow("Orders", { input: z.object({}), topicRoot: "orders" });
const [succeeding, failing] = [announcing("PublishSucceeded"), announcing("PublishFailed")];

afterEach(() => void vi.useRealTimers());

const changeTo = (status: string, detail: object = {}) => ({
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  detail: {
    executionArn: EXECUTION,
    stateMachineArn: MACHINE,
    name: "txn-1",
    status,
    input: '{"processData":"txn-1","subtopic":"worker1"}',
    stopDate: STOPPED_MS,
    ...detail,
  },
});

const useNotifier = (events: HistoryEvent[], options: StatusNotifierOptions = {}) => {
  const stack = createTestStack();
  const stepFunctions = new SFNClient({ region: "us-east-1" });
  const sfn = mockClient(stepFunctions);
  sfn.on(GetExecutionHistoryCommand).resolves({ events });
  const { text } = captureStdout();
  const notify = createStatusNotifier({
    flow: orders,
    stateMachineArn: MACHINE,
    bucketName: "sidecars",
    s3: stack.clients.s3,
    iotDataPlane: stack.clients.iot,
    stepFunctions,
    ...options,
  });
  const messages = () => stack.messages.map(({ topic, payload }) => `${topic} ${payload}`);
  return { notify, stack, sfn, messages, log: text };
};

test.each([
  ["a timeout", "TIMED_OUT", history(...BEGUN, "WaitStateEntered", "ExecutionTimedOut")],
  ["an abort", "ABORTED", history(...BEGUN, "WaitStateEntered", "ExecutionAborted")],
  ["a failure that no Catch sees", "FAILED", history(...BEGUN, "ChoiceStateEntered", "ExecutionFailed")],
  [
    "the failure of a step that is left to Step Functions",
    "FAILED",
    history(...BEGUN, ["TaskStateEntered", "ship"], "TaskScheduled", "TaskStarted", "TaskFailed", "ExecutionFailed"),
  ],
  ["a lost publish of FAILED", "FAILED", history(...BEGUN, ...failing.lost, "FailStateEntered", "ExecutionFailed")],
  ["an abort while SUCCEEDED was on its way", "ABORTED", history(...BEGUN, ...succeeding.underway, "ExecutionAborted")],
])("%s ends in one FAILED on the transaction's topic", async (_, status, events) => {
  const { notify, messages, stack } = useNotifier(events);

  const outcomes = [await notify(changeTo(status)), await notify(changeTo(status))];

  expect(outcomes).toEqual([{ outcome: "published" }, { outcome: "repeated" }]);
  expect(messages()).toEqual(["orders/worker1/txn-1 FAILED"]);
  expect(stack.document(MARK)).toEqual({ state: "published" });
});

test("a lost publish of SUCCEEDED is made up for", async () => {
  const events = history(
    ...BEGUN,
    ...succeeding.lost,
    "SucceedStateEntered",
    "SucceedStateExited",
    "ExecutionSucceeded",
  );
  const { notify, messages } = useNotifier(events);

  expect(await notify(changeTo("SUCCEEDED", { input: '{"processData":"txn-1"}' }))).toEqual({ outcome: "published" });
  expect(messages()).toEqual(["orders/txn-1 SUCCEEDED"]);
});

test.each([
  [
    "SUCCEEDED",
    history(...BEGUN, ...succeeding.taken, "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"),
  ],
  ["FAILED", history(...BEGUN, ...failing.taken, "FailStateEntered", "ExecutionFailed")],
  ["ABORTED", history(...BEGUN, ...succeeding.taken, "ExecutionAborted")],
  ["TIMED_OUT", history(...BEGUN, ...failing.taken.slice(0, -1), "ExecutionTimedOut")],
])("%s after the machine's own message gives no second end", async (status, events) => {
  const { notify, messages, stack } = useNotifier(events);

  expect(await notify(changeTo(status))).toEqual({ outcome: "announced" });
  expect([messages(), stack.requests]).toEqual([[], []]);
});

test("the history is asked for its tail alone, without data", async () => {
  const { notify, sfn } = useNotifier(history(...BEGUN, "ExecutionAborted"));

  await notify(changeTo("ABORTED"));

  expect(sfn.commandCalls(GetExecutionHistoryCommand)[0]?.args[0].input).toEqual({
    executionArn: EXECUTION,
    reverseOrder: true,
    maxResults: 50,
    includeExecutionData: false,
  });
});

test("a redriven execution has an end of its own: what it announced before does not count, nor the mark of then", async () => {
  const before = [...BEGUN, ...failing.taken, "FailStateEntered", "ExecutionFailed"] as const;
  const { notify, messages } = useNotifier(history(...before, "ExecutionRedriven", "ExecutionAborted"));

  await notify(changeTo("ABORTED", { stopDate: STOPPED_MS + 60_000 }));
  await notify(changeTo("ABORTED", { stopDate: STOPPED_MS + 60_001 }));

  expect(messages()).toHaveLength(2);
});

const FAILED = [...BEGUN, ["TaskStateEntered", "ship"], "TaskFailed", "ExecutionFailed"] as const;
const REDRIVEN = [...FAILED, "ExecutionRedriven", "TaskScheduled"] as const;

test.each([
  ["goes on", REDRIVEN],
  ["has failed again", [...REDRIVEN, "TaskFailed", "ExecutionFailed"] as const],
  ["has succeeded, and could not say so", [...REDRIVEN, ...succeeding.lost, "ExecutionSucceeded"] as const],
  ["has run for longer than the tail of its history", [...Array(50).fill("PassStateEntered"), "ExecutionSucceeded"]],
])("an end that is told late, of what was redriven and %s, is not announced any more", async (_, steps) => {
  const { notify, messages } = useNotifier(history(...steps));

  expect(await notify(changeTo("FAILED", { stopDate: STOPPED_MS + 8_500 }))).toEqual({ outcome: "ignored" });
  expect(messages()).toEqual([]);
});

test("a redrive into the announcing state goes on with it: the message that is taken then is the machine's own", async () => {
  const before = [...BEGUN, ...succeeding.underway, "ExecutionAborted", "ExecutionRedriven"] as const;
  const after = ["TaskScheduled", "TaskStarted", "TaskSucceeded", ["TaskStateExited", "PublishSucceeded"]] as const;
  const { notify, messages } = useNotifier(history(...before, ...after, "ExecutionSucceeded"));

  expect(await notify(changeTo("SUCCEEDED", { stopDate: STOPPED_MS + 60_000 }))).toEqual({ outcome: "announced" });
  expect(messages()).toEqual([]);
});

test("while the history does not show the end, the event is to come again", async () => {
  const { notify, messages } = useNotifier(history(...BEGUN));

  await expect(notify(changeTo("ABORTED"))).rejects.toMatchObject({ name: "NotYetError" });
  expect(messages()).toEqual([]);
});

test("events of one end that come at once give one message, and what is held off comes again", async () => {
  const { notify, messages } = useNotifier(history(...BEGUN, "ExecutionAborted"));

  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => notify(changeTo("ABORTED"))));

  expect(messages()).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ name: "NotYetError" });
  }
  expect(await notify(changeTo("ABORTED"))).toEqual({ outcome: "repeated" });
});

test("a publish that IoT refuses fails the invocation, and the next event publishes at once", async () => {
  const { notify, stack, messages } = useNotifier(history(...BEGUN, "ExecutionAborted"));
  const iot = mockClient(stack.clients.iot);
  iot.on(PublishCommand).rejectsOnce(new Error("IoT is away")).resolves({});

  await expect(notify(changeTo("ABORTED"))).rejects.toThrow("IoT is away");
  expect(await notify(changeTo("ABORTED"))).toEqual({ outcome: "published" });
  expect(iot.commandCalls(PublishCommand).map(({ args }) => args[0].input.qos)).toEqual([1, 1]);
  expect(messages()).toEqual([]);
});

test("a notifier that died after its claim holds the end for 30 s, then the next event takes it over", async () => {
  const { notify, stack, messages } = useNotifier(history(...BEGUN, "ExecutionAborted"));
  vi.useFakeTimers({ toFake: ["Date"], now: STOPPED_MS });
  stack.write(MARK, { state: "claimed", claimant: "one that died", untilMs: STOPPED_MS + 30_000 });

  await expect(notify(changeTo("ABORTED"))).rejects.toMatchObject({ name: "NotYetError" });
  expect(messages()).toEqual([]);

  vi.setSystemTime(STOPPED_MS + 30_000);
  expect(await notify(changeTo("ABORTED"))).toEqual({ outcome: "published" });
  expect(messages()).toHaveLength(1);
});

test("a claim whose answer was lost is the own one", async () => {
  const { notify, stack, messages } = useNotifier(history(...BEGUN, "ExecutionAborted"));
  stack.fail("PutObject", { status: 412, applied: true });

  expect(await notify(changeTo("ABORTED"))).toEqual({ outcome: "published" });
  expect(messages()).toHaveLength(1);
});

test("an announced end that cannot be marked is said in the log, and not announced again by a failure", async () => {
  const { notify, stack, log } = useNotifier(history(...BEGUN, "ExecutionAborted"));
  const publish = mockClient(stack.clients.iot).on(PublishCommand);
  publish.callsFake(() => {
    stack.fail("PutObject", { status: 403 });
    return {};
  });

  expect(await notify(changeTo("ABORTED"))).toEqual({ outcome: "published" });
  expect(log()).toContain("an announced end was not marked");
});

test.each([
  ["a status that is no end", changeTo("RUNNING")],
  ["an input that is no pointer", changeTo("ABORTED", { input: '{"canary":1}' })],
  ["an input with a topic's wildcard", changeTo("ABORTED", { input: '{"processData":"#","canary":1}' })],
])("%s announces nothing, and its data is not logged", async (_, event) => {
  const { notify, messages, log } = useNotifier(history(...BEGUN, "ExecutionAborted"));

  expect(await notify(event)).toEqual({ outcome: "ignored" });
  expect(messages()).toEqual([]);
  expect(log()).not.toContain("canary");
});

test("an input too large for an event is asked for", async () => {
  const { notify, messages, sfn } = useNotifier(history(...BEGUN, "ExecutionAborted"));
  sfn.on(DescribeExecutionCommand).resolves({ input: '{"processData":"txn-1"}' });

  await notify(changeTo("ABORTED", { input: null, inputDetails: { included: false } }));

  expect(messages()).toEqual(["orders/txn-1 FAILED"]);
});

test("a rule that sends other machines' ends, or other events, is told so", async () => {
  const { notify } = useNotifier(history(...BEGUN, "ExecutionAborted"));

  await expect(
    notify(changeTo("ABORTED", { executionArn: `${EXECUTION.replace("Orders", "Other")}` })),
  ).rejects.toThrow("let the rule name the machine");
  await expect(notify({ detail: {} })).rejects.toMatchObject({ name: "InvalidEventError" });
  await expect(notify({ ...changeTo("ABORTED"), detail: {} })).rejects.toMatchObject({ name: "InvalidEventError" });
});

test.each([
  [{ flow: orders, topicRoot: "orders" }, "give a flow or a topicRoot, not both"],
  [{ topicroot: "orders" }, "unknown option 'topicroot'"],
  [{ topicRoot: "orders/+" }, "topicRoot must be topic levels"],
])("options that are wrong are refused when the handler is made: %#", (options, message) => {
  expect(() => createStatusNotifier(options as never)).toThrow(message);
});
