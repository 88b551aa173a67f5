import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { executionArn } from "./fixtures/use-api.js";
import { topicOf, useClient } from "./fixtures/use-client.js";
import { virtualClock } from "./fixtures/virtual-clock.js";

const COUNT = 10_000;

/** What one pending process may keep on the heap, its promise and the test's own strings included. */
const MAX_BYTES_EACH = 4_000;

test("10,000 pending processes cost one connection, one subscription, one timer, and little memory", async () => {
  const clock = virtualClock();
  const ids = Array.from({ length: COUNT }, (_, index) => `0x${index}`);
  const waiting = ["0xfirst", ...ids].values();
  const { client, broker, api } = await useClient({
    clock,
    iot: async () => ({ iotEndpoint: broker.url, region: "us-east-1", accessKey: "a", secretKey: "s" }),
    // Ten thousand requests over sockets would measure Node's HTTP.
    fetch: async () => {
      const transactionId = waiting.next().value;
      const text = async () => JSON.stringify({ transactionId, executionId: executionArn(String(transactionId)) });
      return { status: 201, ok: true, text };
    },
  });
  const abort = new AbortController();
  const options = { timeoutMs: 3_600_000, signal: abort.signal };
  await client.start({});
  const before = heapBytes();

  const started = await Promise.all(ids.map(() => client.start({})));
  const ends = started.map((process) => process.completed(options));
  const bytesEach = (heapBytes() - before) / COUNT;

  expect(bytesEach).toBeLessThan(MAX_BYTES_EACH);
  expect(clock.timers.size).toBe(1);
  for (const id of ids) await broker.publish(topicOf(id), "SUCCEEDED");
  expect(new Set((await Promise.all(ends)).map(({ transactionId }) => transactionId)).size).toBe(COUNT);
  expect(broker.subscriptions).toEqual(["processa/worker1/#"]);
  expect(broker.upgrades).toHaveLength(1);
  expect(api.seen).toEqual([]);
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
