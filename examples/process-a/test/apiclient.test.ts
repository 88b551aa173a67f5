import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { ProcessClientError, StartError } from "@sfs3/client";
import { expect, test } from "vitest";
import { outcomeOf } from "../apiclient/outcome.js";
import { downstream, processA } from "../src/flow.js";
import { hostApi } from "./fixtures/host-api.js";
import { endsOf, listen } from "./fixtures/listen.js";
import { useGated, useService } from "./fixtures/use-service.js";
import { deploy } from "./fixtures/use-stack.js";

async function useProcessA() {
  const { stack } = await deploy(new URL("../src/flow.ts", import.meta.url), { processA, downstream });
  return { stack, ...(await useService(hostApi(stack, processA))) };
}

/** Endpoints at which nobody listens any more. */
async function nowhere() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  const url = `http://127.0.0.1:${port}`;
  return { startUrl: `${url}/start-process`, stateUrl: `${url}/process-state`, credentialsUrl: `${url}/iot/keys` };
}

test("POST /p1 starts ProcessA and answers when it has ended", async () => {
  const { stack, post, ask } = await useProcessA();

  const { status, body } = await post();

  expect({ status, body }).toMatchObject({ status: 200, body: { status: "SUCCEEDED" } });
  const executionArn = String(body.executionId);
  expect(executionArn).toMatch(new RegExp(`:execution:ProcessA:${body.transactionId}$`));
  expect((await stack.stepFunctions.completion(executionArn)).status).toBe("SUCCEEDED");
  expect(await ask(`/p1/${body.transactionId}`)).toMatchObject({ status: 200, body: { status: "SUCCEEDED" } });
});

test("what ProcessA does not take is the caller's mistake, and says what is wrong", async () => {
  const { post, ask } = await useProcessA();

  const problem = (path: string, body: string) => ask(path, { method: "POST", body });

  expect(await post({ foo: 1, bar: "b" })).toMatchObject({ status: 400, body: { issues: [{ path: ["foo"] }] } });
  expect(await post([])).toMatchObject({ status: 400, body: { message: expect.stringContaining("is an object") } });
  expect(await post({ foo: "", bar: "", subtopic: "other" })).toMatchObject({ status: 400 });
  expect(await problem("/p1", "{")).toMatchObject({ status: 400 });
  expect(await problem("/p1", " ".repeat(2_000_000))).toMatchObject({ status: 413 });
  expect(await problem("/p2", "")).toMatchObject({ status: 404 });
  expect(await ask("/health")).toEqual({ status: 200, body: { status: "ok" } });
});

test("a caller who goes away in the middle of a body harms nobody else", async () => {
  const { server, port, ask } = await useService(await nowhere());
  const socket = connect(port, "127.0.0.1");
  socket.write("POST /p1 HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  const [request] = (await once(server, "request")) as [IncomingMessage];

  const gone = new Promise((resolve) => request.once("close", resolve));
  socket.destroy();
  await gone;

  expect(await ask("/health")).toMatchObject({ status: 200 });
});

test("without a start API there is a 502; of a transaction that nobody knows, no status is claimed", async () => {
  const { post, ask } = await useService(await nowhere(), { timeoutMs: 50 });

  expect(await post()).toMatchObject({ status: 502, body: { message: expect.stringContaining("did not answer") } });
  expect(await ask("/p1/0x17")).toMatchObject({ status: 504, body: { status: "UNKNOWN", ask: "/p1/0x17" } });
});

test.each([
  [new StartError("throttled", { status: 503 }), 503],
  [new StartError("this service may not", { status: 403 }), 502],
  [new ProcessClientError("ProcessUnknownError", "There is no process 0x17."), 404],
  [new ProcessClientError("StateError", "refused"), 502],
])("%s is answered with %i", (error, status) => {
  expect(outcomeOf(error)).toEqual({ status, body: { message: error.message } });
});

test("a process that fails is an error with its name; one that takes too long leaves its transaction to ask for", async () => {
  const { urls, gate, post, ask } = await useGated();
  const hasty = await useService(urls, { timeoutMs: 1_500 });

  const failing = post();
  await gate.waitFor(1);
  await gate.fail(1);
  const failed = await failing;
  const late = await hasty.post();
  await gate.letGo(1);
  const asked = await ask(String(late.body.ask));

  expect(late).toMatchObject({ status: 504, body: { status: "RUNNING", transactionId: expect.any(String) } });
  expect(asked).toMatchObject({ status: 200, body: { status: "SUCCEEDED", transactionId: late.body.transactionId } });
  const why = { status: "FAILED", error: "Declined", cause: expect.stringContaining("card 17") };
  expect(failed).toMatchObject({ status: 500, body: why });
});

test("a request that is sent again with its Idempotency-Key is answered with the same transaction", async () => {
  const { gate, post } = await useGated();
  const twice = [1, 2].map(() => post({ foo: "f", bar: "b" }, { "idempotency-key": "order-17" }));
  await gate.waitFor(1);
  await gate.letGo(1);

  const [first, second] = await Promise.all(twice);

  expect(first?.status).toBe(200);
  expect(second).toEqual(first);
});

test("a service that closes answers those who wait, and then nobody", async () => {
  const { server, gate, close, post } = await useGated();
  // A connection that a caller keeps open must not keep the service.
  server.keepAliveTimeout = 600_000;
  const pending = [post(), post()];
  await gate.waitFor(2);

  await close();

  for (const { status, body } of await Promise.all(pending)) {
    expect({ status, body }).toEqual({ status: 503, body: { message: expect.stringContaining("closed") } });
  }
  await expect(post()).rejects.toThrow("fetch failed");
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
  const { stack, post } = await useProcessA();
  const subscriber = await listen(stack.mqttWebSocketUrl, "processa/worker1");

  const answers = await Promise.all(Array.from({ length: 5 }, () => post()));

  const ends = endsOf(await subscriber.all()).map(({ topic, text }) => [topic.split("/").at(-1), text]);
  expect(ends.sort()).toEqual(answers.map(({ body }) => [body.transactionId, "SUCCEEDED"]).sort());
});

test("such a subscriber sees a failure once too, and nothing before it is decided", async () => {
  const { stack, gate, post } = await useGated();
  const subscriber = await listen(stack.mqttWebSocketUrl, "processa/worker1");
  const requests = Array.from({ length: 6 }, () => post());
  await gate.waitFor(6);

  const before = endsOf(await subscriber.all());
  await gate.fail(3);
  await gate.letGo(3);
  const answers = await Promise.all(requests);

  const ends = endsOf(await subscriber.all()).map(({ topic, text }) => [topic.split("/").at(-1), text]);
  expect(before).toEqual([]);
  expect(ends.sort()).toEqual(answers.map(({ body }) => [body.transactionId, body.status]).sort());
  expect(ends.filter(([, word]) => word === "FAILED")).toHaveLength(3);
});
