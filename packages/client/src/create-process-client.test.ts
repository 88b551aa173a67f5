import { createProcessClient } from "@sfs3/client";
import { describe, expect, test } from "vitest";
import { useClient } from "./fixtures/use-client.js";

const OPTIONS = {
  startUrl: "https://api.example.com/start-process",
  stateUrl: "https://api.example.com/process-state",
  credentialsUrl: "https://api.example.com/iot/keys",
  topicRoot: "processa",
};

describe("createProcessClient", () => {
  test.each([
    [{ startUrl: "/start-process" }, 'startUrl is "/start-process", no URL. Give the whole address'],
    [{ stateUrl: undefined }, "stateUrl is undefined, no URL."],
    [{ credentialsUrl: undefined }, "Give either credentialsUrl or iot."],
    [{ iot: async () => ({}) }, "Give either credentialsUrl or iot."],
    [{ topicRoot: "processa/#" }, 'topicRoot is "processa/#". Give the topicRoot of the flow'],
    [{ topicRoot: "processa/" }, 'topicRoot is "processa/".'],
    [{ topicRoot: undefined }, "topicRoot is undefined."],
    [{ subtopic: "a/b" }, 'subtopic is "a/b". Use ^[A-Za-z0-9_-]{1,64}$.'],
    [{ startTimeoutMs: 0 }, "startTimeoutMs is 0."],
    [{ polling: { maxConcurrency: 0 } }, "polling.maxConcurrency is 0."],
    [{ polling: { offline: { firstMs: 5, maxMs: 4 } } }, "polling.offline is 5 to 4 ms."],
    [{ topikRoot: "x" }, "A client knows no option 'topikRoot'. It knows subtopic, polling"],
  ])("%j is a ClientConfigurationError that says the way out", (wrong, message) => {
    const make = () => createProcessClient({ ...OPTIONS, ...(wrong as object) });

    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: "ClientConfigurationError" }));
  });

  test("connects to nothing before it is used", async () => {
    const { client, api, broker } = await useClient();

    await client.close();

    expect(api.seen).toEqual([]);
    expect(broker.upgrades).toEqual([]);
  });

  test("headers are asked for before each request, and sent with all of them", async () => {
    let asked = 0;
    const { client, api } = await useClient({ headers: async () => ({ authorization: `Bearer ${asked++}` }) });
    api.states.set("0x7", { status: "SUCCEEDED" });

    await client.start({});
    await client.waitFor("0x7");

    expect(api.seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/iot/keys", "Bearer 0"],
      ["/start-process", "Bearer 1"],
      ["/process-state", "Bearer 2"],
    ]);
  });

  test("without a subtopic, everything below the topic root is listened to", async () => {
    const { client, api, broker } = await useClient({ subtopic: undefined });
    const completed = (await client.start({ orderId: "17" })).completed();

    await broker.publish("processa/0x0", "SUCCEEDED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    expect(broker.subscriptions).toEqual(["processa/#"]);
    expect(api.seenOn("/start-process").map(({ body }) => JSON.parse(body))).toEqual([{ orderId: "17" }]);
  });
});
