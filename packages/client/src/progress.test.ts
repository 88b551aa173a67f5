import { describe, expect, test } from "vitest";
import { topicOf, useClient } from "./fixtures/use-client.js";

const event = (step: string) => JSON.stringify({ step, status: "COMPLETED", attempt: 0 });

describe("progress", () => {
  test("of one process comes in order, and ends when the process does", async () => {
    const { client, broker } = await useClient();
    const { transactionId } = await client.start({});
    const steps: string[] = [];
    const iteration = (async () => {
      for await (const { step } of client.progress({ transactionId })) steps.push(step);
    })();

    await broker.publish(`${topicOf(transactionId)}/step-a`, event("step-a"));
    await broker.publish(`${topicOf("0xother")}/step-a`, event("step-a"));
    await broker.publish(`${topicOf(transactionId)}/step-b`, event("step-b"));
    await broker.publish(topicOf(transactionId), "SUCCEEDED");
    await iteration;

    expect(steps).toEqual(["step-a", "step-b"]);
  });

  test("ends without an error when the process fails; completed() tells of that", async () => {
    const { client, broker } = await useClient();
    const { transactionId } = await client.start({});
    const events = client.progress({ transactionId });

    await broker.publish(topicOf(transactionId), "FAILED");

    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test("of a process that does not exist throws what waitFor does", async () => {
    const { client, api } = await useClient();
    api.routes.state = () => ({ status: 400, body: {} });

    await expect(client.progress({ transactionId: "nonsense" }).next()).rejects.toMatchObject({ name: "StateError" });
  });

  test("of all processes goes on until it is aborted", async () => {
    const { client, broker } = await useClient();
    await client.start({});
    const abort = new AbortController();
    const events = client.progress({ signal: abort.signal });

    await broker.publish(`${topicOf("0x8")}/step-a`, event("step-a"));
    expect(await events.next()).toMatchObject({ value: { transactionId: "0x8", step: "step-a" } });
    abort.abort();

    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(await client.progress({ signal: abort.signal }).next()).toEqual({ done: true, value: undefined });
  });

  test("what a slow reader leaves lying is bounded, and what is dropped is told", async () => {
    const { client, broker, warnings } = await useClient();
    const completed = (await client.start({})).completed();
    const events = client.progress();

    for (let index = 0; index < 1_003; index += 1) await broker.publish(`${topicOf("0x8")}/a`, event("a"));
    // Messages come in order: once this one has come, so have the others.
    await broker.publish(topicOf("0x0"), "SUCCEEDED");
    await completed;

    expect(warnings.map(({ name }) => name)).toEqual(["ProgressDroppedError"]);
    await events.return?.();
  });

  test("close ends it", async () => {
    const { client } = await useClient();
    const events = client.progress();

    await client.close();

    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(() => client.progress()).toThrow("The client was closed.");
  });
});
