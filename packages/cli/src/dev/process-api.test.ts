import mqtt from "mqtt";
import { expect, test } from "vitest";
import { module } from "../fixtures/modules.js";
import { useProject } from "../fixtures/use-project.js";
import { useDev } from "./fixtures/use-dev.js";

const FLOWS = module('export const orders1 = orders.step(step("reserve"));');
const APP = "http://localhost:5173";

test("a page of this machine starts a process, hears of its end by what iot/keys says, and asks for its state", async () => {
  const { ready } = await useDev(useProject({ "flow.mjs": FLOWS }), ["flow.mjs"]);
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${ready.url}/Orders/${path}`, { ...init, headers: { origin: APP, ...init.headers } });

  const preflight = await call("start-process", { method: "OPTIONS" });
  const keys = (await (await call("iot/keys?subtopic=worker1")).json()) as Record<string, string>;
  const subscriber = await mqtt.connectAsync(keys.iotEndpoint ?? "", { clientId: keys.clientId ?? "" });
  const end = new Promise((resolve) =>
    subscriber.on("message", (topic, payload) => topic.split("/").length === 3 && resolve([topic, payload.toString()])),
  );
  await subscriber.subscribeAsync(keys.topicFilter ?? "");
  const answer = await call("start-process", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ foo: "bar", subtopic: "worker1" }),
  });
  const { transactionId, executionId } = (await answer.json()) as Record<string, string>;
  const told = await end;
  await subscriber.endAsync();

  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("idempotency-key");
  expect([preflight, answer].map(({ headers }) => headers.get("access-control-allow-origin"))).toEqual([APP, APP]);
  expect(keys).toMatchObject({
    topicFilter: "orders/worker1/#",
    region: "us-east-1",
    iotEndpoint: ready.mqttWebSocketUrl,
  });
  expect(told).toEqual([`orders/worker1/${transactionId}`, "SUCCEEDED"]);
  const states = await Promise.all(
    [`transactionId=${transactionId}`, `executionArn=${executionId}`].map(async (query) =>
      (await call(`process-state?${query}`)).json(),
    ),
  );
  for (const state of states) expect(state).toMatchObject({ transactionId, executionId });
});

test("what is refused is answered as by the deployed API, to pages as well", async () => {
  const { ready } = await useDev(useProject({ "flow.mjs": FLOWS }), ["flow.mjs"]);
  const status = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${ready.url}${path}`, { ...init, headers: { origin: APP, ...init.headers } });
    return [answer.status, answer.headers.get("access-control-allow-origin")];
  };
  const post = (body: string) => ({ method: "POST", headers: { "content-type": "application/json" }, body });

  expect(await status("/Orders/start-process", post("no JSON"))).toEqual([400, APP]);
  expect(await status("/Orders/start-process", post('{"foo":1}'))).toEqual([400, APP]);
  expect(await status("/Orders/start-process")).toEqual([405, APP]);
  expect(await status("/Orders/process-state?transactionId=absent")).toEqual([404, APP]);
  expect(await status("/Orders/iot/keys?subtopic=a/b")).toEqual([400, APP]);
  expect(await status("/Nobody/start-process", post("{}"))).toEqual([404, APP]);
  expect(await status("/%E0/start-process", post("{}"))).toEqual([404, APP]);
  expect((await status("/Orders/start-process", post(JSON.stringify("x".repeat(10 * 1024 * 1024)))))[0]).toBe(413);
  expect((await status("/Orders/iot/keys", { headers: { origin: "https://evil.example.org" } }))[0]).toBe(403);
});

test("the status page shows what runs, and of each execution the document and the history, as text", async () => {
  const failing = `export const failing = flow("Failing", { input: Input })
    .step(step("throws", () => { throw new Error("<b>bold</b>"); }));`;
  const dev = await useDev(useProject({ "flow.mjs": module(failing) }), ["flow.mjs"]);
  const started = await dev.start("Failing", { foo: "<i>input</i>" });
  await dev.completed("Failing", started);

  const page = await fetch(dev.ready.statusUrl);
  const overview = await page.text();
  const [, href = ""] = /<a href="([^"]+)">0x/.exec(overview.replaceAll("&#x2F;", "/").replaceAll("&#x3D;", "=")) ?? [];
  const detail = await (await fetch(`${dev.ready.url}${href}`)).text();

  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(overview).toContain(`${started.transactionId}</a><td class="FAILED">FAILED`);
  expect(detail).toContain("&lt;i&gt;input&lt;");
  expect(detail).toContain("Error: &lt;b&gt;bold&lt;");
  expect(detail).toContain("<td>ExecutionFailed<td>");
  expect(detail).not.toContain("<b>bold");
  expect((await fetch(`${dev.ready.statusUrl}?execution=absent`)).status).toBe(404);
});
