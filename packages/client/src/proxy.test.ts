import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { topicOf, useClient } from "./fixtures/use-client.js";
import { useProxy } from "./fixtures/use-proxy.js";

/** Proxies of the machine that runs the tests would take part. */
const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

beforeEach(() => {
  for (const name of VARIABLES.flatMap((upper) => [upper, upper.toLowerCase()])) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe("a proxy that the environment names", () => {
  test.each(["HTTP_PROXY", "http_proxy"])("by %s takes the requests and the WebSocket", async (variable) => {
    const proxy = await useProxy();
    vi.stubEnv(variable, proxy.url);
    const { client, broker, api } = await useClient();

    const completed = (await client.start({ orderId: "17" })).completed();
    await broker.publish(topicOf("0x0"), "SUCCEEDED");

    expect(await completed).toMatchObject({ status: "SUCCEEDED" });
    const hosts = proxy.asked.map((line) => line.replace(/^\w+ (http:\/\/)?/, "").replace(/\/.*/, ""));
    expect(new Set(hosts)).toEqual(new Set([new URL(api.url).host, new URL(broker.url).host]));
    expect(proxy.asked).toContain(`CONNECT ${new URL(broker.url).host}`);
  });

  test("is passed by for the hosts that NO_PROXY names", async () => {
    const proxy = await useProxy();
    vi.stubEnv("HTTP_PROXY", proxy.url);
    vi.stubEnv("NO_PROXY", "example.com,127.0.0.1");
    const { client } = await useClient();

    await client.start({});

    expect(proxy.asked).toEqual([]);
  });

  test("that cannot be reached is a StartError that names the reason", async () => {
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:9");
    const { client } = await useClient();

    await expect(client.start({})).rejects.toMatchObject({ name: "StartError", status: undefined });
  });
});
