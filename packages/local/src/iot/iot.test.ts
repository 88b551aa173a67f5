import { DescribeEndpointCommand, IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import mqtt, { type MqttClient } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { clientConfig, useStack } from "../fixtures/use-stack.js";

interface Received {
  readonly topic: string;
  readonly text: string;
  readonly qos: number;
  readonly retain: boolean;
}

async function connect(url: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options });
  onTestFinished(async () => client.endAsync(true).then(() => {}));
  return client;
}

/** The next `count` messages that a client receives. */
const receive = (client: MqttClient, count: number) =>
  new Promise<readonly Received[]>((resolve) => {
    const received: Received[] = [];
    client.on("message", (topic, payload, { qos, retain }) => {
      received.push({ topic, text: payload.toString(), qos, retain });
      if (received.length === count) resolve(received);
    });
  });

describe("publish over HTTP", () => {
  test("reaches subscribers over TCP and over WebSocket, with or without a signed query", async () => {
    const stack = await useStack();
    const urls = [stack.mqttUrl, stack.mqttWebSocketUrl, `${stack.mqttWebSocketUrl}?X-Amz-Algorithm=AWS4-HMAC-SHA256`];
    const clients = await Promise.all(urls.map((url) => connect(url)));
    await Promise.all(clients.map((client) => client.subscribeAsync("processa/+/0x1", { qos: 1 })));
    const received = Promise.all(clients.map((client) => receive(client, 1)));
    const iot = new IoTDataPlaneClient(clientConfig(stack));

    await iot.send(new PublishCommand({ topic: "processa/wörker 1/0x1", payload: Buffer.from("SUCCEEDED"), qos: 1 }));

    const message = { topic: "processa/wörker 1/0x1", text: "SUCCEEDED", qos: 1, retain: false };
    expect(await received).toEqual([[message], [message], [message]]);
  });

  test("a retained message meets those who subscribe later", async () => {
    const stack = await useStack();
    const iot = new IoTDataPlaneClient(clientConfig(stack));
    await iot.send(new PublishCommand({ topic: "state", payload: Buffer.from("on"), retain: true }));
    const client = await connect(stack.mqttUrl);
    const received = receive(client, 1);

    await client.subscribeAsync("state");

    expect(await received).toEqual([{ topic: "state", text: "on", qos: 0, retain: true }]);
  });

  test.each([
    ["a wildcard", { topic: "a/#" }, "InvalidRequestException", 400],
    ["more than 256 bytes of topic", { topic: "ü".repeat(129) }, "InvalidRequestException", 400],
    ["more than 7 slashes", { topic: "1/2/3/4/5/6/7/8/9" }, "InvalidRequestException", 400],
    ["a reserved topic", { topic: "$SYS/x" }, "InvalidRequestException", 400],
    ["a QoS of 2", { topic: "a", qos: 2 }, "InvalidRequestException", 400],
    ["more than 128 KB", { topic: "a", payload: Buffer.alloc(131_073) }, "RequestEntityTooLargeException", 413],
  ])("%s is refused", async (_what, input, name, httpStatusCode) => {
    const iot = new IoTDataPlaneClient(clientConfig(await useStack()));

    await expect(iot.send(new PublishCommand(input))).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  test("what is just within the limits is delivered", async () => {
    const stack = await useStack();
    const topic = `1/2/3/4/5/6/7/${"x".repeat(242)}`;
    const received = new Promise<number>((resolve) => {
      void stack.iot.subscribe("#", ({ payload }) => resolve(payload.length));
    });

    await new IoTDataPlaneClient(clientConfig(stack)).send(
      new PublishCommand({ topic, payload: Buffer.alloc(131_072) }),
    );

    expect(Buffer.byteLength(topic)).toBe(256);
    expect(await received).toBe(131_072);
  });

  test("an unsigned request is forbidden", async () => {
    const { url } = await useStack();

    const response = await fetch(`${url}/topics/a?qos=1`, { method: "POST", body: "x" });

    expect(response.status).toBe(403);
    expect(response.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
  });
});

describe("the broker", () => {
  test("a second client of the same id disconnects the first", async () => {
    const stack = await useStack();
    const first = await connect(stack.mqttUrl, { clientId: "dashboard" });
    const disconnected = new Promise<void>((resolve) => first.once("close", () => resolve()));

    const second = await connect(stack.mqttWebSocketUrl, { clientId: "dashboard" });

    await disconnected;
    expect(second.connected).toBe(true);
  });

  test("a persistent session gets at QoS 1 what it missed", async () => {
    const stack = await useStack();
    const session = { clientId: "sleeper", clean: false };
    const before = await connect(stack.mqttUrl, session);
    await before.subscribeAsync("news", { qos: 1 });
    await before.endAsync();

    await stack.iot.publish({ topic: "news", payload: Buffer.from("missed"), qos: 1 });
    const after = mqtt.connect(stack.mqttUrl, session);
    onTestFinished(async () => after.endAsync(true).then(() => {}));

    expect(await receive(after, 1)).toMatchObject([{ topic: "news", text: "missed", qos: 1 }]);
  });

  test("a client that breaks the rules is disconnected, the others are not", async () => {
    const stack = await useStack();
    const [good, bad] = await Promise.all([connect(stack.mqttUrl), connect(stack.mqttUrl)]);
    const disconnected = new Promise<void>((resolve) => bad.once("close", () => resolve()));

    bad.publish("1/2/3/4/5/6/7/8/9", "too deep");
    bad.on("error", () => {});

    await disconnected;
    expect(good.connected).toBe(true);
  });

  test("an in-process listener hears clients until it ends", async () => {
    const stack = await useStack();
    const heard: string[] = [];
    const client = await connect(stack.mqttUrl);
    const end = await stack.iot.subscribe("a/+", ({ topic, payload }) => heard.push(`${topic} ${payload}`));

    await client.publishAsync("a/b", "one", { qos: 1 });
    await client.publishAsync("b/a", "elsewhere", { qos: 1 });
    await end();
    await client.publishAsync("a/b", "two", { qos: 1 });

    expect(heard).toEqual(["a/b one"]);
  });
});

describe("DescribeEndpoint", () => {
  test("names this host and port", async () => {
    const stack = await useStack();
    const iot = new IoTClient(clientConfig(stack));

    const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));

    expect(endpointAddress).toBe(`127.0.0.1:${stack.port}`);
  });

  test("refuses a type that is not served", async () => {
    const iot = new IoTClient(clientConfig(await useStack()));

    await expect(iot.send(new DescribeEndpointCommand({ endpointType: "iot:Jobs" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: expect.stringContaining('"iot:Jobs" is not served'),
    });
  });
});
