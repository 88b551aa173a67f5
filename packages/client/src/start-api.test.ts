import {
  type HttpRequest,
  ProcessFailedError,
  type ProcessTimeoutError,
  type ProgressEvent,
  StartError,
} from "@sfs3/client";
import type { LocalStack } from "@sfs3/local";
import { createStatusNotifier } from "@sfs3/sdk/api";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { approval } from "./fixtures/approval.js";
import { useApproval } from "./fixtures/use-approval.js";

/** The client against the handlers of `@sfs3/sdk/api`, on the local stack. */

const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined).catch((error) => error);

async function stepsOf(events: AsyncIterable<ProgressEvent>): Promise<readonly string[]> {
  const steps: string[] = [];
  for await (const { step, status } of events) steps.push(`${step} ${status}`);
  return steps;
}

/** As EventBridge says it. */
async function statusChangeOf({ stepFunctions }: LocalStack, executionArn: string) {
  await stepFunctions.completion(executionArn);
  const { status, input, stopDate } = await stepFunctions.describeExecution({ executionArn });
  const detail = { executionArn, status, input, stopDate: stopDate?.getTime() };
  return { "detail-type": "Step Functions Execution Status Change", source: "aws.states", detail };
}

describe("a client of the start API", () => {
  test("starts a process, hears of its progress, and of its end by message, by state and by ARN", async () => {
    const { client, answer, stateMachineArn } = await useApproval();
    const own = client();

    const started = await own.start({ question: "yes" });
    const progress = stepsOf(own.progress({ transactionId: started.transactionId }));
    await answer(started.transactionId);

    const end = { transactionId: started.transactionId, executionId: started.executionId, status: "SUCCEEDED" };
    expect(started.executionId).toBe(
      `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${end.transactionId}`,
    );
    expect(await started.completed()).toEqual(end);
    expect(await progress).toContain("publish SUCCEEDED");
    const late = client();
    expect(await late.waitFor(started.transactionId)).toEqual(end);
    expect(await late.waitFor(started.executionId)).toEqual(end);
  });

  test("an idempotency key that is sent again is the same process, with another input it is refused", async () => {
    const { client } = await useApproval();
    const own = client();
    const key = { idempotencyKey: "order-17" };

    const first = await own.start({ question: "yes" }, key);
    const again = await own.start({ question: "yes" }, key);

    expect(again.transactionId).toBe(first.transactionId);
    expect(await thrownBy(own.start({ question: "another" }, key))).toMatchObject({
      name: "StartError",
      status: 422,
      message: expect.stringContaining("send a new Idempotency-Key"),
    });
  });

  test("an input that is too large for a request goes to S3 first, without the caller's own headers", async () => {
    const { client, answer, document, stack, bucket } = await useApproval();
    const puts: HttpRequest[] = [];
    const own = client({
      fetch: (url, sent) => {
        if (sent.method === "PUT") puts.push(sent);
        return fetch(url, sent);
      },
    });
    const input = { question: "yes", text: '"ü'.repeat(1_000_000) };
    const key = { idempotencyKey: "large" };

    const [started, again] = [await own.start(input, key), await own.start(input, key)];
    await answer(started.transactionId);

    expect(await started.completed()).toMatchObject({ status: "SUCCEEDED" });
    expect(again.transactionId).toBe(started.transactionId);
    expect(await document(started.transactionId)).toMatchObject({ ...input, "publish-output": { length: 2_000_000 } });
    expect(puts).toHaveLength(2);
    expect(Object.keys(puts[0]?.headers ?? {})).not.toContain("authorization");
    expect(stack.s3.listKeys(bucket)).toEqual([started.transactionId]);
    const changed = own.start({ ...input, question: "no" }, key);
    expect(await thrownBy(changed)).toMatchObject({ name: "StartError", status: 422 });
  });

  test("a large input that the schema refuses is told with its issues, too", async () => {
    const { client } = await useApproval();

    expect(await thrownBy(client().start({ question: "", text: "x".repeat(3_000_000) }))).toMatchObject({
      name: "StartError",
      status: 400,
      issues: [{ path: ["question"], message: expect.any(String) }],
    });
  });

  test("what the schema refuses is told with its issues, and nothing is started", async () => {
    const { client, stack, bucket } = await useApproval();

    const error = await thrownBy(client().start({ question: "" }));

    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ status: 400, issues: [{ path: ["question"], message: expect.any(String) }] });
    expect(stack.s3.listKeys(bucket)).toEqual([]);
  });

  test("a failure tells its error and its cause, an abort its status", async () => {
    const { client, stack, answer } = await useApproval();
    const own = client();
    const [failing, aborted] = [await own.start({ question: "no" }), await own.start({ question: "yes" })];

    await answer(failing.transactionId);
    const failure = await thrownBy(failing.completed());
    await stack.stepFunctions.stopExecution({ executionArn: aborted.executionId, error: "Enough", cause: "by hand" });

    expect(failure).toBeInstanceOf(ProcessFailedError);
    expect(failure).toMatchObject({
      status: "FAILED",
      error: "RefusedError",
      cause: expect.stringContaining("is no."),
    });
    expect(await thrownBy(client().waitFor(aborted.executionId))).toMatchObject({
      name: "ProcessFailedError",
      status: "ABORTED",
      error: "Enough",
      cause: "by hand",
    });
  });

  test("an abort that the status notifier announces, twice and ten times at once, is told once and as what it was", async () => {
    const { client, stack, stateMachineArn, bucket } = await useApproval();
    for (const [name, value] of Object.entries(stack.environment)) vi.stubEnv(name, value);
    vi.stubEnv("LOG_LEVEL", "ERROR");
    onTestFinished(() => void vi.unstubAllEnvs());
    const notify = createStatusNotifier({ flow: approval, stateMachineArn, bucketName: bucket });
    const published = vi.spyOn(stack.iot, "publish");
    const own = client();
    const { executionId, transactionId, completed } = await own.start({ question: "yes" });
    const ends = [completed(), own.waitFor(executionId)].map(thrownBy);

    await stack.stepFunctions.stopExecution({ executionArn: executionId, error: "Enough" });
    const change = await statusChangeOf(stack, executionId);
    await Promise.allSettled(Array.from({ length: 10 }, () => notify(change)));
    await notify(change);

    for (const error of await Promise.all(ends)) {
      expect(error).toMatchObject({ name: "ProcessFailedError", status: "ABORTED", error: "Enough" });
    }
    const said = published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`);
    expect(said.filter((line) => line.startsWith(`approval/worker1/${transactionId} `))).toEqual([
      `approval/worker1/${transactionId} FAILED`,
    ]);
  });

  test("a timeout and an abort end the wait, and the process can be asked for again", async () => {
    const { client, answer } = await useApproval();
    const own = client();
    const started = await own.start({ question: "yes" });
    const abort = new AbortController();

    const late = (await thrownBy(started.completed({ timeoutMs: 1 }))) as ProcessTimeoutError;
    const left = thrownBy(started.completed({ signal: abort.signal }));
    abort.abort(new Error("left"));
    await answer(started.transactionId);

    expect(late).toMatchObject({ name: "ProcessTimeoutError", transactionId: started.transactionId, timeoutMs: 1 });
    expect(await left).toEqual(new Error("left"));
    expect(await own.waitFor(late.transactionId)).toMatchObject({ status: "SUCCEEDED" });
  });

  test("what there is not is refused: a process, another machine's execution, a caller", async () => {
    const { client } = await useApproval();
    const foreign = "arn:aws:states:us-east-1:000000000000:execution:Other:0x1";

    expect(await thrownBy(client().waitFor("absent"))).toMatchObject({ name: "ProcessUnknownError" });
    expect(await thrownBy(client().waitFor(foreign))).toMatchObject({
      name: "StateError",
      message: expect.stringContaining("not the ARN of an execution of this process"),
    });
  });

  test("without credentials for the broker the client polls, and says once why", async () => {
    const { client, answer, warnings } = await useApproval();
    const own = client({ headers: {} });

    const started = await own.start({ question: "yes" });
    await answer(started.transactionId);

    expect(await started.completed()).toMatchObject({ status: "SUCCEEDED" });
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining("answered 401")]);
  });

  test("a broker that is interrupted costs no end: what ended meanwhile is asked for", async () => {
    const { client, answer, stack } = await useApproval();
    const own = client();
    const [one, other] = [await own.start({ question: "yes" }), await own.start({ question: "no" })];

    const resume = stack.iot.interrupt();
    await Promise.all([answer(one.transactionId), answer(other.transactionId)]);
    const ends = await Promise.allSettled([one.completed(), other.completed()]);
    resume();

    expect(ends).toMatchObject([
      { status: "fulfilled", value: { status: "SUCCEEDED" } },
      { status: "rejected", reason: { status: "FAILED", error: "RefusedError" } },
    ]);
  });
});
