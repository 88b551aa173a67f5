import type { AddressInfo } from "node:net";
import type { LocalStack } from "@sfs3/local";
import { expect, onTestFinished, test } from "vitest";
import { createService } from "../apiclient/service.js";
import { type Settings, settingsOf } from "../apiclient/settings.js";
import { downstream, processA } from "../src/flow.js";
import { gated } from "./fixtures/gated.js";
import { hostApi } from "./fixtures/host-api.js";
import { endsOf, listen } from "./fixtures/listen.js";
import { deploy } from "./fixtures/use-stack.js";

const PROCESS_A = new URL("../src/flow.ts", import.meta.url);
const GATED = new URL("./fixtures/gated.ts", import.meta.url);

/** The service in front of a process, asked over HTTP. */
async function serve(
  urls: Pick<Settings, "startUrl" | "stateUrl" | "credentialsUrl">,
  options: Partial<Settings> = {},
) {
  const { server, close } = createService({ ...settingsOf({}), ...urls, ...options });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    ask,
    post: (input?: object) => ask("/p1", { method: "POST", ...(input && { body: JSON.stringify(input) }) }),
  };
}

/** Collects the tokens that executions wait for, and lets them go. */
function useGate({ stepFunctions }: LocalStack) {
  const tokens: string[] = [];
  const waiting = new Set<() => void>();
  stepFunctions.onEvent((_arn, { type, details }) => {
    if (type !== "TaskScheduled") return;
    const token = JSON.parse(String(details?.parameters ?? "{}")).Payload?.sfs3?.taskToken;
    if (token !== undefined) tokens.push(token);
    for (const look of waiting) look();
  });
  return {
    waitFor: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => tokens.length >= count && resolve();
        waiting.add(look);
        look();
      }),
    letGo: async (count: number) => {
      for (const taskToken of tokens.splice(0, count)) await stepFunctions.sendTaskSuccess({ taskToken, output: "{}" });
    },
    fail: async (count: number) => {
      for (const taskToken of tokens.splice(0, count))
        await stepFunctions.sendTaskFailure({ taskToken, error: "Declined" });
    },
  };
}

async function useGated() {
  const { stack } = await deploy(GATED, { gated }, { skipWaits: true });
  const urls = hostApi(stack, gated);
  return { stack, urls, gate: useGate(stack), ...(await serve(urls, { timeoutMs: 120_000 })) };
}

test("POST /p1 starts ProcessA and answers when it has ended", async () => {
  const { stack } = await deploy(PROCESS_A, { processA, downstream });
  const { post, ask } = await serve(hostApi(stack, processA));

  const { status, body } = await post();

  expect({ status, body }).toMatchObject({ status: 200, body: { status: "SUCCEEDED" } });
  const executionArn = String(body.executionId);
  expect(executionArn).toMatch(new RegExp(`:execution:ProcessA:${body.transactionId}$`));
  expect((await stack.stepFunctions.completion(executionArn)).status).toBe("SUCCEEDED");
  expect(await ask(`/p1/${body.transactionId}`)).toMatchObject({ status: 200, body: { status: "SUCCEEDED" } });
});

test("an input that ProcessA does not take is the caller's mistake, and says what is wrong", async () => {
  const { stack } = await deploy(PROCESS_A, { processA, downstream });
  const { post, ask } = await serve(hostApi(stack, processA));

  expect(await post({ foo: 1, bar: "b" })).toMatchObject({ status: 400, body: { issues: [{ path: ["foo"] }] } });
  expect(await ask("/p1", { method: "POST", body: "{" })).toMatchObject({ status: 400 });
  expect(await ask("/p2", { method: "POST" })).toMatchObject({ status: 404 });
  expect(await ask("/health")).toEqual({ status: 200, body: { status: "ok" } });
});

test("a process that fails is an error with its name; one that takes too long leaves its transaction to ask for", async () => {
  const { urls, gate, post, ask } = await useGated();
  const hasty = await serve(urls, { timeoutMs: 1_500 });

  const late = await hasty.post();
  await gate.letGo(1);
  const asked = await ask(String(late.body.ask));
  const failing = post();
  await gate.waitFor(1);
  await gate.fail(1);

  expect(late).toMatchObject({ status: 504, body: { status: "RUNNING", transactionId: expect.any(String) } });
  expect(asked).toMatchObject({ status: 200, body: { status: "SUCCEEDED", transactionId: late.body.transactionId } });
  expect(await failing).toMatchObject({ status: 500, body: { status: "FAILED", error: "Declined" } });
});

test("a broker that goes and comes back in the middle of 200 requests leaves none without its answer", async () => {
  const { stack, gate, post } = await useGated();
  const requests = Array.from({ length: 200 }, () => post());
  await gate.waitFor(200);

  await gate.letGo(50);
  const resume = stack.iot.interrupt();
  await gate.letGo(50);
  await gate.fail(50);
  resume();
  await gate.letGo(50);
  const answers = await Promise.all(requests);

  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect([count(200), count(500)]).toEqual([150, 50]);
  expect(new Set(answers.map(({ body }) => body.transactionId)).size).toBe(200);
  for (const { status, body } of answers) {
    const { status: ended } = await stack.stepFunctions.describeExecution({ executionArn: String(body.executionId) });
    expect([ended, body.status]).toEqual(status === 200 ? ["SUCCEEDED", "SUCCEEDED"] : ["FAILED", "FAILED"]);
  }
});

test("a subscriber that takes the last level of a topic for the transaction sees each one end once", async () => {
  const { stack } = await deploy(PROCESS_A, { processA, downstream });
  const subscriber = await listen(stack.mqttWebSocketUrl, "processa/worker1");
  const { post } = await serve(hostApi(stack, processA));

  const answers = await Promise.all(Array.from({ length: 5 }, () => post()));

  const ends = endsOf(await subscriber.all()).map(({ topic, text }) => [topic.split("/").at(-1), text]);
  expect(ends.sort()).toEqual(answers.map(({ body }) => [body.transactionId, "SUCCEEDED"]).sort());
});
