import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ProcessFailedError, ProcessTimeoutError, StartError } from "@sfs3/client";
import { describe, expect, test } from "vitest";
import { executionArn } from "./fixtures/use-api.js";
import { topicOf, useClient } from "./fixtures/use-client.js";
import { virtualClock } from "./fixtures/virtual-clock.js";

const execFileAsync = promisify(execFile);

const INPUT = { orderId: "17" };

describe("start", () => {
  test("subscribes first, posts the input with the subtopic, and answers transaction and execution", async () => {
    const { client, api, broker } = await useClient();
    const subscribedFirst: boolean[] = [];
    const start = api.routes.start;
    api.routes.start = (seen) => {
      subscribedFirst.push(broker.subscriptions.length === 1);
      return start(seen);
    };

    const { transactionId, executionId } = await client.start(INPUT);

    expect({ transactionId, executionId }).toEqual({ transactionId: "0x0", executionId: executionArn("0x0") });
    expect(subscribedFirst).toEqual([true]);
    expect(broker.subscriptions).toEqual(["processa/worker1/#"]);
    expect({ qos: broker.qos, keepalives: broker.keepalives }).toEqual({ qos: [1], keepalives: [20] });
    expect(api.seenOn("/start-process").map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
      ["POST", { orderId: "17", subtopic: "worker1" }],
    ]);
    expect(api.seenOn("/iot/keys").map(({ query }) => query.get("subtopic"))).toEqual(["worker1"]);
  });

  test.each([
    ["text", "an input is an object"],
    [[1], "an input is an object"],
    [{ subtopic: "worker2" }, "its input has another 'subtopic' than this client, 'worker1', would hear of"],
  ])("the input %j is a StartError that no second attempt mends; nothing is sent", async (input, message) => {
    const { client, api } = await useClient();

    const error = await client.start(input as Record<string, unknown>).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: "StartError", status: 400, retryable: false });
    expect(String(error)).toContain(message);
    expect(api.seenOn("/start-process")).toEqual([]);
  });

  test("a refusal is a StartError with the status and the issues", async () => {
    const { client, api } = await useClient();
    const issues = [{ path: ["orderId"], message: "Invalid input: expected string" }];
    api.routes.start = () => ({
      status: 400,
      body: { title: "Bad Request", detail: "The input is not what ProcessA takes.", status: 400, issues },
    });

    const error = await client.start(INPUT).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      name: "StartError",
      status: 400,
      issues,
      retryable: false,
      message: `The process was not started: ${api.startUrl} answered 400 The input is not what ProcessA takes.`,
    });
  });

  describe("with an input of more than 3 MB", () => {
    const large = { text: "x".repeat(3_000_000) };

    test.each([403, 404, 405])("posts it as it is where the API has no uploads and answers %i", async (status) => {
      const { client, api } = await useClient();
      api.routes.upload = () => ({ status, body: {} });

      const { transactionId } = await client.start(large);

      expect(transactionId).toBe("0x0");
      expect(JSON.parse(api.seenOn("/start-process")[0]?.body ?? "")).toMatchObject(large);
    });

    test.each([
      [{ status: 413, body: { detail: "An input may have at most 10 bytes." } }, 413, "413 An input may have at most"],
      [{ status: 201, body: { upload: "u" } }, 201, "answered 201 without an upload and its uploadUrl"],
      ["drop" as const, undefined, "did not answer"],
    ])("starts nothing where an upload is answered by %o", async (reply, status, message) => {
      const { client, api } = await useClient();
      api.routes.upload = () => reply;

      const error = await client.start(large).catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ name: "StartError", status, message: expect.stringContaining(message) });
      expect(api.seenOn("/start-process")).toEqual([]);
    });

    test("starts nothing where S3 refuses the upload, and shows nothing of its signed URL", async () => {
      const { client, api } = await useClient();
      const uploadUrl = `${api.url}/bucket/uploads/u?X-Amz-Signature=canary`;
      api.routes.upload = () => ({
        status: 201,
        body: { upload: "u", uploadUrl, uploadHeaders: { "if-none-match": "*" } },
      });

      const error = await client.start(large).catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ name: "StartError", status: 404, message: expect.not.stringContaining("canary") });
      expect(api.seenOn("/bucket/uploads/u")[0]).toMatchObject({ method: "PUT", headers: { "if-none-match": "*" } });
      expect(api.seenOn("/start-process")).toEqual([]);
    });
  });

  test("without an idempotency key, what got no answer is not started again", async () => {
    const { client, api } = await useClient();
    api.routes.start = () => "drop";

    const error = await client.start(INPUT).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: "StartError", status: undefined, issues: [], retryable: true });
    expect(api.seenOn("/start-process")).toHaveLength(1);
    expect(api.seenOn("/start-process")[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  test("with an idempotency key, it is started again under the same key", async () => {
    const { client, api } = await useClient({ random: () => 0 });
    const { start } = api.routes;
    const replies = ["drop", { status: 503, body: {} }] as const;
    api.routes.start = (seen) => replies[api.seenOn("/start-process").length - 1] ?? start(seen);

    const { transactionId } = await client.start(INPUT, { idempotencyKey: "order-17" });

    expect(transactionId).toBe("0x0");
    const keys = api.seenOn("/start-process").map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["order-17", "order-17", "order-17"]);
  });

  test("an answer that names no process is a StartError that asks whether it is a start API", async () => {
    const { client, api } = await useClient();
    api.routes.start = () => ({ status: 200, body: { ok: true } });

    await expect(client.start(INPUT)).rejects.toThrow(
      `${api.startUrl} answered 200 without a transactionId and an executionId. Is it a start API?`,
    );
  });

  test("a start that is not answered in time is a StartError", async () => {
    const clock = virtualClock();
    const { client, api } = await useClient({ clock, startTimeoutMs: 5_000 });
    api.routes.start = () => new Promise(() => {});
    const started = client.start(INPUT).catch((thrown: unknown) => thrown);
    await api.requested("/start-process", 1);

    clock.advance(5_000);

    expect(await started).toMatchObject({ name: "StartError", status: undefined });
  });

  test("an abort ends it with the signal's reason", async () => {
    const { client, api } = await useClient();
    api.routes.start = () => new Promise(() => {});
    const abort = new AbortController();
    const started = client.start(INPUT, { signal: abort.signal }).catch((thrown: unknown) => thrown);
    await api.requested("/start-process", 1);

    abort.abort("enough");

    expect(await started).toBe("enough");
  });
});

describe("the end by message", () => {
  test.each(["SUCCEEDED", '"SUCCEEDED"'])("the message %s resolves, and no state is asked for", async (message) => {
    const { client, api, broker } = await useClient();
    const process = await client.start(INPUT);
    const completed = process.completed();

    await broker.publish(topicOf(process.transactionId), message);

    expect(await completed).toEqual({ transactionId: "0x0", executionId: executionArn("0x0"), status: "SUCCEEDED" });
    expect(api.seenOn("/process-state")).toEqual([]);
  });

  test("FAILED asks the state once, and tells error and cause", async () => {
    const { client, api, broker } = await useClient();
    const process = await client.start(INPUT);
    api.states.set("0x0", { status: "FAILED", error: "Declined", cause: "no funds" });
    const completed = process.completed().catch((thrown: unknown) => thrown);

    await broker.publish(topicOf("0x0"), "FAILED");
    await broker.publish(topicOf("0x0"), '"FAILED"');

    const error = await completed;
    expect(error).toBeInstanceOf(ProcessFailedError);
    expect(error).toMatchObject({
      name: "ProcessFailedError",
      message: "Process 0x0 ended FAILED: Declined.",
      transactionId: "0x0",
      executionId: executionArn("0x0"),
      status: "FAILED",
      error: "Declined",
      cause: "no funds",
    });
    expect(api.seenOn("/process-state")).toHaveLength(1);
  });

  test.each([
    ["still says RUNNING", { status: 200, body: { status: "RUNNING" } }],
    ["cannot be had", { status: 503, body: {} }],
  ] as const)("FAILED stands without details where the state %s for three seconds", async (_, reply) => {
    const { client, api, broker } = await useClient();
    api.routes.state = () => reply;
    const completed = (await client.start(INPUT)).completed().catch((thrown: unknown) => thrown);

    await broker.publish(topicOf("0x0"), "FAILED");

    expect(await completed).toMatchObject({ name: "ProcessFailedError", status: "FAILED", error: undefined });
    expect(api.seenOn("/process-state")).toHaveLength(7);
  });

  test("FAILED comes with the details that the state has a moment later: a machine says its end before it comes to it", async () => {
    const { client, api, broker } = await useClient();
    const replies = [{ status: "RUNNING" }, { status: "RUNNING" }, { status: "FAILED", error: "Declined" }];
    api.routes.state = () => ({ status: 200, body: replies.shift() ?? {} });
    const completed = (await client.start(INPUT)).completed().catch((thrown: unknown) => thrown);

    await broker.publish(topicOf("0x0"), "FAILED");

    expect(await completed).toMatchObject({ name: "ProcessFailedError", status: "FAILED", error: "Declined" });
  });

  test("a message that overtakes the answer to the start is not lost", async () => {
    const { client, api, broker } = await useClient();
    const { start } = api.routes;
    api.routes.start = async (seen) => {
      await broker.publish(topicOf("0x0"), "SUCCEEDED");
      return start(seen);
    };

    expect(await client.execute(INPUT)).toMatchObject({ transactionId: "0x0", status: "SUCCEEDED" });
    expect(api.seenOn("/process-state")).toEqual([]);
  });

  test("a duplicate, and a contradiction after the end, change nothing", async () => {
    const { client, broker } = await useClient();
    const process = await client.start(INPUT);
    const completed = process.completed();

    await broker.publish(topicOf("0x0"), "SUCCEEDED");
    await broker.publish(topicOf("0x0"), "SUCCEEDED");
    await broker.publish(topicOf("0x0"), "FAILED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    expect(await process.completed()).toMatchObject({ status: "SUCCEEDED" });
  });

  test("a SUCCEEDED message wins over a state that still says RUNNING", async () => {
    const { client, api, broker } = await useClient();
    let release = () => {};
    api.routes.state = () =>
      new Promise((resolve) => {
        release = () => resolve({ status: 200, body: { status: "RUNNING" } });
      });
    await client.start(INPUT);
    const late = client.waitFor("0x99");
    await api.requested("/process-state", 1);

    await broker.publish(topicOf("0x99"), "SUCCEEDED");

    expect(await late).toMatchObject({ status: "SUCCEEDED" });
    release();
  });

  test("what is on the topics besides is passed over", async () => {
    const { client, broker } = await useClient();
    const completed = (await client.start(INPUT)).completed();

    for (const payload of ["", "DONE", "{", "[]", '{"step":"other","status":"x"}', "null"]) {
      await broker.publish(`${topicOf("0x0")}/step-a`, payload);
      await broker.publish(topicOf("0x0"), payload);
    }
    await broker.publish(topicOf("0x0"), "SUCCEEDED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
  });
});

test("of a process that an idempotency key may have started long ago, the state is asked for once", async () => {
  const { client, api } = await useClient();
  const first = await client.start(INPUT);
  api.states.set(first.transactionId, { status: "SUCCEEDED" });
  api.routes.start = () => ({ status: 200, body: first });

  expect(await client.execute(INPUT, { idempotencyKey: "order-17" })).toMatchObject({ transactionId: "0x0" });
  expect(api.seenOn("/process-state")).toHaveLength(1);
});

describe("waitFor", () => {
  test.each(["0x7", executionArn("0x7")])("a late subscriber learns of %s by asking once", async (id) => {
    const { client, api } = await useClient();
    api.states.set("0x7", { status: "SUCCEEDED" });

    const end = await client.waitFor(id);

    expect(end).toEqual({ transactionId: "0x7", executionId: executionArn("0x7"), status: "SUCCEEDED" });
    expect(api.seenOn("/process-state")).toHaveLength(1);
  });

  test.each(["TIMED_OUT", "ABORTED"])("an execution that %s is a ProcessFailedError", async (status) => {
    const { client, api } = await useClient();
    api.states.set("0x7", { status });

    await expect(client.waitFor("0x7")).rejects.toMatchObject({ name: "ProcessFailedError", status });
  });

  test("asks again where there is no such process yet, and refuses in the end", async () => {
    const clock = virtualClock();
    const { client, api, quiet } = await useClient({ clock, random: () => 0.5 });
    let error: unknown;
    const waiting = client.waitFor("0x7").catch((thrown: unknown) => {
      error = thrown;
    });

    while (error === undefined) {
      clock.advance(250);
      await quiet();
    }
    await waiting;

    expect(error).toMatchObject({ name: "ProcessUnknownError" });
    expect(api.seenOn("/process-state")).toHaveLength(6);
  });

  test("a state API that refuses the request is a StateError", async () => {
    const { client, api } = await useClient();
    api.routes.state = () => ({ status: 400, body: { title: "Bad Request", detail: "A foreign ARN.", status: 400 } });

    await expect(client.waitFor("arn:foreign:0x7")).rejects.toMatchObject({
      name: "StateError",
      message: `The state cannot be asked for: ${api.stateUrl} answered 400 A foreign ARN.`,
    });
  });

  test("an execution that is not named after its transaction is heard of on its transaction's topic", async () => {
    const { client, api, broker } = await useClient();
    api.routes.state = ({ query }) => ({
      status: 200,
      body: { status: "RUNNING", transactionId: "0x7", executionId: query.get("executionArn") },
    });
    const byHand = executionArn("by-hand");
    const waiting = client.waitFor(byHand);
    await api.requested("/process-state", 2);
    const again = client.waitFor(byHand);

    await broker.publish(topicOf("0x7"), "SUCCEEDED");

    const end = { transactionId: "0x7", executionId: byHand, status: "SUCCEEDED" };
    expect(await Promise.all([waiting, again])).toEqual([end, end]);
    expect(api.seenOn("/process-state")).toHaveLength(2);
  });

  test("two who wait for one process share its polls, and both are told", async () => {
    const { client, api, broker } = await useClient();
    api.states.set("0x7", { status: "RUNNING" });
    const both = Promise.all([client.waitFor("0x7"), client.waitFor("0x7")]);
    await api.requested("/process-state", 1);

    await broker.publish(topicOf("0x7"), "SUCCEEDED");

    expect((await both).map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(api.seenOn("/process-state")).toHaveLength(1);
  });
});

describe("time and aborts", () => {
  test("a timeout leaves the process alone, which can be asked for again", async () => {
    const clock = virtualClock();
    const { client, api } = await useClient({ clock });
    const process = await client.start(INPUT);
    const waiting = process.completed({ timeoutMs: 20_000 }).catch((thrown: unknown) => thrown);

    clock.advance(20_000);

    const error = await waiting;
    expect(error).toBeInstanceOf(ProcessTimeoutError);
    expect(error).toMatchObject({
      name: "ProcessTimeoutError",
      transactionId: "0x0",
      executionId: executionArn("0x0"),
      timeoutMs: 20_000,
      message: 'Process 0x0 has not ended within 20000 ms. It goes on: ask again with waitFor("0x0").',
    });
    api.states.set("0x0", { status: "SUCCEEDED" });
    const again = Promise.all([client.waitFor("0x0"), process.completed()]);
    clock.advance(0);
    expect((await again).map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  });

  test("execute counts the start into its timeout", async () => {
    const clock = virtualClock();
    const started = JSON.stringify({ transactionId: "0x0", executionId: executionArn("0x0") });
    const { client } = await useClient({
      clock,
      iot: async () => {
        throw new Error("no broker today");
      },
      fetch: async () => {
        clock.advance(15_000);
        return { status: 201, ok: true, text: async () => started };
      },
    });
    const executed = client.execute(INPUT, { timeoutMs: 20_000 }).catch((thrown: unknown) => thrown);
    await new Promise(setImmediate);

    clock.advance(5_000);

    expect(await executed).toMatchObject({ name: "ProcessTimeoutError", timeoutMs: 20_000 });
  });

  test("an abort ends the wait with the signal's reason, and leaves no timer of it", async () => {
    const clock = virtualClock();
    const { client } = await useClient({ clock });
    const process = await client.start(INPUT);
    const abort = new AbortController();
    const waiting = process.completed({ signal: abort.signal, timeoutMs: 1e9 }).catch((thrown: unknown) => thrown);

    abort.abort("enough");

    expect(await waiting).toBe("enough");
    await expect(process.completed({ signal: AbortSignal.abort("at once") })).rejects.toBe("at once");
  });

  test.each([Number.NaN, -1])("a timeout of %s is refused", async (timeoutMs) => {
    const { client } = await useClient();

    await expect(client.waitFor("0x7", { timeoutMs })).rejects.toMatchObject({ name: "ClientConfigurationError" });
  });

  test("a close while the details of a failure are asked for is no trouble", async () => {
    const { client, api, broker, warnings } = await useClient();
    api.routes.state = () => new Promise(() => {});
    const waiting = (await client.start(INPUT)).completed().catch((thrown: unknown) => thrown);
    await broker.publish(topicOf("0x0"), "FAILED");
    await api.requested("/process-state", 1);

    await client.close();

    expect(await waiting).toMatchObject({ name: "ClientClosedError" });
    expect(warnings).toEqual([]);
  });

  test("close ends every wait, leaves no timer and no connection, and may be called again", async () => {
    const clock = virtualClock();
    const { client, broker } = await useClient({ clock });
    const process = await client.start(INPUT);
    const waiting = process.completed({ timeoutMs: 60_000 }).catch((thrown: unknown) => thrown);

    await client.close();
    await client.close();

    expect(await waiting).toMatchObject({ name: "ClientClosedError" });
    expect(clock.timers.size).toBe(0);
    await broker.deserted();
    await expect(client.start(INPUT)).rejects.toMatchObject({ name: "ClientClosedError" });
    await expect(client.waitFor("0x0")).rejects.toMatchObject({ name: "ClientClosedError" });
  });
});

test("a program ends by itself once its client is closed, after a timeout, an abort and a lost broker", async () => {
  const { api, broker } = await useClient();
  const program = `
    import { createProcessClient } from "@sfs3/client";
    const client = createProcessClient(${JSON.stringify({
      startUrl: api.startUrl,
      stateUrl: api.stateUrl,
      credentialsUrl: api.credentialsUrl,
      topicRoot: "processa",
    })});
    const process = await client.start({});
    await process.completed({ timeoutMs: 1 }).catch(({ name }) => console.log(name));
    const abort = new AbortController();
    const waiting = process.completed({ signal: abort.signal }).catch((reason) => console.log(reason));
    abort.abort("enough");
    await waiting;
    console.log("ready");
    const left = process.completed().catch(({ name }) => console.log(name));
    await fetch("${api.url}/kill");
    await client.close();
    await left;
  `;
  const child = execFileAsync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  });
  await api.requested("/kill", 1);
  await broker.kill();

  expect((await child).stdout).toBe("ProcessTimeoutError\nenough\nready\nClientClosedError\n");
});
