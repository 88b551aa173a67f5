import { describe, expect, test } from "vitest";
import { credentialsFor } from "./fixtures/use-api.js";
import { topicOf, useClient } from "./fixtures/use-client.js";
import { virtualClock } from "./fixtures/virtual-clock.js";

const INPUT = { orderId: "17" };

/** No jitter: what waits for a random time does not wait. */
const atOnce = { random: () => 0 };

const HOUR_MS = 3_600_000;

/** Time passes faster here than answers come: what is polled meanwhile would be given up. */
const neverOnline = { online: { firstMs: 1_000 * HOUR_MS, maxMs: 1_000 * HOUR_MS } };

describe("a connection that is lost", () => {
  test("with the broker killed and restarted in the middle of 200 pending, all 200 are answered correctly, each once", async () => {
    const { client, api, broker } = await useClient(atOnce);
    const processes = await Promise.all(Array.from({ length: 200 }, () => client.start(INPUT)));
    const answers: string[] = [];
    const all = processes.map(async (process) => {
      const answer = await process.completed().then(
        ({ status }) => status,
        (error) => `${error.status} ${error.error}`,
      );
      answers.push(process.transactionId);
      return answer;
    });
    const ids = processes.map(({ transactionId }) => transactionId);
    const quarter = (index: number) => ids.slice(index * 50, (index + 1) * 50);

    await Promise.all(quarter(0).map((id) => broker.publish(topicOf(id), "SUCCEEDED")));
    await broker.kill();
    // Their messages reach nobody.
    for (const id of quarter(1)) api.states.set(id, { status: "SUCCEEDED" });
    for (const id of quarter(2)) api.states.set(id, { status: "FAILED", error: "Declined" });
    await broker.restart();
    await broker.subscribed(2);
    await Promise.all(quarter(3).map((id) => broker.publish(topicOf(id), "SUCCEEDED")));

    const byId = new Map((await Promise.all(all)).map((answer, index) => [ids[index], answer]));
    const expected = ids.map((id) => (quarter(2).includes(id) ? "FAILED Declined" : "SUCCEEDED"));
    expect(ids.map((id) => byId.get(id))).toEqual(expected);
    expect([...answers].sort()).toEqual([...ids].sort());
    expect(new Set(broker.subscriptions)).toEqual(new Set(["processa/worker1/#"]));
  });

  test("states are polled while there is no broker, with pauses that grow", async () => {
    const clock = virtualClock();
    const { client, api, broker, quiet } = await useClient({ clock, random: () => 0.999 });
    await broker.kill();
    const completed = (await client.start(INPUT)).completed();
    const askedAtMs: number[] = [];
    const { state } = api.routes;
    api.routes.state = (seen) => {
      askedAtMs.push(clock.now());
      return state(seen);
    };

    const beginMs = clock.now();
    while (askedAtMs.length < 7) {
      clock.advance(100);
      await quiet();
    }
    api.states.set("0x0", { status: "SUCCEEDED" });
    const end = completed.then(({ status }) => status);
    while ((await Promise.race([end, quiet()])) !== "SUCCEEDED") clock.advance(1_000);

    expect((askedAtMs[0] ?? 0) - beginMs).toBeLessThanOrEqual(1_100);
    const pauses = askedAtMs.slice(1, 7).map((atMs, index) => atMs - (askedAtMs[index] ?? 0));
    // What the answers take passes as well, in steps of 100 ms.
    const lowerBounds = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
    expect(pauses.map((pause, index) => pause >= (lowerBounds[index] ?? 0))).toEqual(lowerBounds.map(() => true));
  });

  test("a message lost on the way is made up for by a poll, although the connection stands", async () => {
    const clock = virtualClock();
    const { client, api } = await useClient({ clock });
    const completed = (await client.start(INPUT)).completed();
    api.states.set("0x0", { status: "SUCCEEDED" });

    clock.advance(60_000);

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    expect(api.seenOn("/process-state")).toHaveLength(1);
  });

  test("a connection lost while a start is under way makes up for the message by a poll", async () => {
    const { client, api, broker } = await useClient(atOnce);
    const { start } = api.routes;
    api.routes.start = async (seen) => {
      const reply = await start(seen);
      await broker.kill();
      await broker.restart();
      await broker.subscribed(2);
      api.states.set("0x0", { status: "SUCCEEDED" });
      return reply;
    };

    expect(await client.execute(INPUT)).toMatchObject({ status: "SUCCEEDED" });
  });

  test("everything pending is asked for once after a reconnect", async () => {
    const clock = virtualClock();
    const { client, api, broker, quiet } = await useClient({ clock, polling: neverOnline });
    const processes = await Promise.all(Array.from({ length: 20 }, () => client.start(INPUT)));
    const all = Promise.all(processes.map(({ completed }) => completed()));

    clock.advance(23 * HOUR_MS);
    await broker.subscribed(2);
    while (api.seenOn("/process-state").length < 20) {
      clock.advance(0);
      await quiet();
    }
    for (const { transactionId } of processes) await broker.publish(topicOf(transactionId), "SUCCEEDED");
    await all;

    expect(api.seenOn("/process-state")).toHaveLength(20);
  });
});

test("two clients of one client id, who evict each other, pause longer and longer", async () => {
  const clock = virtualClock();
  const { client, api, broker } = await useClient({ clock, random: () => 0.999, polling: neverOnline });
  api.routes.credentials = () => ({ status: 200, body: { ...credentialsFor(broker.url), clientId: "worker1" } });
  const connectedAtMs: number[] = [];
  await client.start(INPUT);

  for (let evictions = 1; evictions <= 4; evictions += 1) {
    const lostMs = clock.now();
    await broker.evict();
    while (broker.subscriptions.length <= evictions) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
    connectedAtMs.push(clock.now() - lostMs);
  }

  const lowerBounds = [900, 1_900, 3_900, 7_900];
  expect(connectedAtMs.map((pause, index) => pause >= (lowerBounds[index] ?? 0))).toEqual([true, true, true, true]);
});

describe("credentials", () => {
  test("are renewed before they end, by a second connection that takes over before the first is closed", async () => {
    const clock = virtualClock();
    const expiration = () => new Date(clock.now() + HOUR_MS).toISOString();
    const { client, api, broker, warnings } = await useClient({ clock, polling: neverOnline });
    api.routes.credentials = () => ({ status: 200, body: { ...credentialsFor(broker.url), expiration: expiration() } });
    const process = await client.start(INPUT);
    const completed = process.completed();

    clock.advance(54 * 60_000);
    await new Promise(setImmediate);
    expect(broker.subscriptions).toHaveLength(1);
    clock.advance(60_000);
    await broker.subscribed(2);
    await broker.publish(topicOf("0x0"), "SUCCEEDED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    expect(broker.clientIds).toHaveLength(2);
    expect(new Set(broker.clientIds).size).toBe(2);
    expect(new Set(broker.upgrades).size).toBe(2);
    expect(warnings).toEqual([]);
  });

  test("a renewal under the same client id, for which the broker ends the first connection, loses nothing", async () => {
    const clock = virtualClock();
    const { client, api, broker } = await useClient({ clock, random: () => 0 });
    api.routes.credentials = () => ({ status: 200, body: { ...credentialsFor(broker.url), clientId: "worker1" } });
    const completed = (await client.start(INPUT)).completed();

    clock.advance(23 * HOUR_MS);
    await broker.subscribed(2);
    await broker.publish(topicOf("0x0"), "SUCCEEDED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    expect(broker.clientIds).toEqual(["worker1", "worker1"]);
  });

  test("a credential service that fails leaves the client polling, is warned of once, and is tried again", async () => {
    const { client, api, broker, warnings } = await useClient(atOnce);
    const { credentials } = api.routes;
    const replies = [
      { status: 403, body: {} },
      { status: 200, body: { iotEndpoint: "x", secretKey: "do not show" } },
    ];
    api.routes.credentials = (seen) => replies.shift() ?? credentials(seen);

    const completed = (await client.start(INPUT)).completed();
    await broker.subscribed(1);
    await broker.publish(topicOf("0x0"), "SUCCEEDED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    expect(warnings.map(({ name, message }) => [name, message])).toEqual([
      [
        "ConnectionError",
        `The broker cannot be reached; it is tried again: ${api.credentialsUrl} answered 403 instead of credentials for the broker.`,
      ],
    ]);
  });

  test("a timeout tells as its cause what kept the client from knowing", async () => {
    const clock = virtualClock();
    const { client, broker } = await useClient({ clock });
    await broker.kill();
    const process = await client.start(INPUT);
    const waiting = process.completed({ timeoutMs: 10 }).catch((thrown: unknown) => thrown);

    clock.advance(10);

    expect(await waiting).toMatchObject({
      name: "ProcessTimeoutError",
      cause: { name: "ConnectionError", message: expect.stringContaining("ECONNREFUSED") },
    });
  });

  test("for another topic are told of where the broker refuses the connection", async () => {
    const { client, warnings } = await useClient({
      iot: async () => ({ ...credentialsFor("broker.example.com"), topicFilter: "processa/worker2/#" }),
      connect: async () => {
        throw new Error("Not authorized");
      },
    });

    await client.start(INPUT);

    expect(warnings.map(({ message }) => message)).toEqual([
      "The broker cannot be reached; it is tried again: Not authorized " +
        "(the credentials are for 'processa/worker2/#', the client subscribes to 'processa/worker1/#')",
    ]);
  });

  test("credentials of the caller's own sign the connection", async () => {
    const { broker, client, api } = await useClient({ iot: async () => credentialsFor(broker.url) });

    await client.start(INPUT);

    const query = new URL(broker.upgrades[0] ?? "", "ws://localhost").searchParams;
    expect(query.get("X-Amz-Credential")).toMatch(/^AKIDEXAMPLE\/\d{8}\/us-east-1\/iotdevicegateway\/aws4_request$/);
    expect(query.get("X-Amz-Security-Token")).toBe("token/with+signs=");
    expect(api.seenOn("/iot/keys")).toEqual([]);
  });
});
