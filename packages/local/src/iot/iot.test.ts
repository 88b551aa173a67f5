import { DescribeEndpointCommand, IoTClient } from "@aws-sdk/client-iot";
import {
  GetRetainedMessageCommand,
  IoTDataPlaneClient,
  ListRetainedMessagesCommand,
  PublishCommand,
} from "@aws-sdk/client-iot-data-plane";
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

/** Whether a client gets a connection, or sees it closed before. */
function isConnected(url: string, options: mqtt.IClientOptions = {}): Promise<boolean> {
  const client = mqtt.connect(url, { reconnectPeriod: 0, ...options });
  onTestFinished(async () => client.endAsync(true).then(() => {}));
  client.on("error", () => {});
  return new Promise((resolve) => {
    client.once("connect", () => resolve(true));
    client.once("close", () => resolve(false));
  });
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

describe("an interruption", () => {
  test("breaks connections and keeps sessions: nothing of QoS 1 is lost or out of order", async () => {
    const stack = await useStack();
    const session = { clientId: "waiting", clean: false };
    const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    const received: string[] = [];
    const first = await connect(stack.mqttUrl, session);
    await first.subscribeAsync("results/+", { qos: 1 });
    const half = new Promise<void>((resolve) => {
      first.on("message", (_topic, payload) => {
        received.push(payload.toString());
        if (received.length === 50) resolve();
      });
    });
    const gone = new Promise<void>((resolve) => first.once("close", () => resolve()));
    const publish = (text: string) => stack.iot.publish({ topic: "results/1", payload: Buffer.from(text), qos: 1 });
    for (const text of texts.slice(0, 100)) await publish(text);
    await half;

    const resume = stack.iot.interrupt();
    await gone;
    await expect(publish("lost")).rejects.toMatchObject({ name: "ServiceUnavailableException", status: 503 });
    expect(await isConnected(stack.mqttUrl)).toBe(false);
    resume();
    for (const text of texts.slice(100)) await publish(text);

    const second = mqtt.connect(stack.mqttUrl, { ...session, reconnectPeriod: 0 });
    onTestFinished(async () => second.endAsync(true).then(() => {}));
    const present = new Promise<boolean>((resolve) =>
      second.once("connect", (packet) => resolve(packet.sessionPresent)),
    );
    await new Promise<void>((resolve) => {
      second.on("message", (_topic, payload) => {
        received.push(payload.toString());
        if (payload.toString() === texts.at(-1)) resolve();
      });
    });
    expect(await present).toBe(true);
    // At least once: what was under way when the connection broke comes again.
    expect([...new Set(received)]).toEqual(texts);
  });

  test("lasts until the last of those who asked for one ends theirs", async () => {
    const { iot } = await useStack();
    const publish = () => iot.publish({ topic: "a", payload: Buffer.from("x"), qos: 0 });

    const resumeFirst = iot.interrupt();
    const resumeSecond = iot.interrupt();
    resumeFirst();

    await expect(publish()).rejects.toThrow("interrupted");
    resumeSecond();
    await publish();
  });
});

describe("AWS IoT's rules", () => {
  const refused: [string, (client: MqttClient) => void][] = [
    ["QoS 2 in a message", (client) => client.publish("a", "x", { qos: 2 })],
    ["QoS 2 in a subscription", (client) => client.subscribe("a", { qos: 2 })],
    ["a filter of more than 7 slashes", (client) => client.subscribe("1/2/3/4/5/6/7/8/#")],
    ["a filter of more than 256 bytes", (client) => client.subscribe("x".repeat(257))],
    ["a shared subscription", (client) => client.subscribe("$share/group/a")],
    ["a reserved topic", (client) => client.publish("$SYS/a", "x")],
    ["a payload of more than 128 KB", (client) => client.publish("a", Buffer.alloc(131_073))],
  ];
  test.each(refused)("%s ends the connection", async (_what, act) => {
    const client = await connect((await useStack()).mqttUrl);
    client.on("error", () => {});
    const disconnected = new Promise<void>((resolve) => client.once("close", () => resolve()));

    act(client);

    await disconnected;
  });

  test.each<[string, mqtt.IClientOptions]>([
    ["a client id of more than 128 bytes", { clientId: "ü".repeat(65) }],
    [
      "a last will that could not be published",
      { will: { topic: "a/#", payload: Buffer.from("x"), qos: 0, retain: false } },
    ],
    ["a last will of QoS 2", { will: { topic: "a", payload: Buffer.from("x"), qos: 2, retain: false } }],
  ])("%s is not connected", async (_what, options) => {
    const { mqttUrl } = await useStack();

    expect(await isConnected(mqttUrl, options)).toBe(false);
  });

  test("a last will is published when the connection breaks, and not when it is ended", async () => {
    const stack = await useStack();
    const will = (text: string) => ({ topic: "gone", payload: Buffer.from(text), qos: 1 as const, retain: false });
    const heard: string[] = [];
    const two = new Promise<void>((resolve) => {
      void stack.iot.subscribe("gone", ({ payload }) => {
        if (heard.push(payload.toString()) === 1) resolve();
      });
    });
    const polite = await connect(stack.mqttUrl, { will: will("polite") });
    const broken = await connect(stack.mqttUrl, { will: will("broken") });

    await polite.endAsync();
    broken.stream.destroy();

    await two;
    expect(heard).toEqual(["broken"]);
  });

  test.each([
    ["+/b", ["a/b"]],
    ["a/+", ["a/b"]],
    ["a/#", ["a", "a/b", "a/b/c"]],
    ["#", ["a", "a/b", "a/b/c", "/a"]],
    ["+", ["a"]],
    ["/+", ["/a"]],
  ])("the filter %s hears what it matches", async (filter, expected) => {
    const stack = await useStack();
    const client = await connect(stack.mqttUrl);
    const heard: string[] = [];
    await client.subscribeAsync([filter, "end"], { qos: 1 });
    const end = new Promise<void>((resolve) => {
      client.on("message", (topic) => (topic === "end" ? resolve() : heard.push(topic)));
    });

    for (const topic of ["a", "a/b", "a/b/c", "/a", "end"]) {
      await stack.iot.publish({ topic, payload: Buffer.from("x"), qos: 1 });
    }

    await end;
    expect(heard).toEqual(expected);
  });
});

describe("retained messages", () => {
  test("are listed page by page and got by topic, until an empty one deletes them", async () => {
    const stack = await useStack();
    const iot = new IoTDataPlaneClient(clientConfig(stack));
    const publish = (topic: string, text: string) =>
      iot.send(new PublishCommand({ topic, payload: Buffer.from(text), retain: true, qos: 1 }));
    for (const topic of ["b/2", "a/1", "c/3"]) await publish(topic, topic);

    const first = await iot.send(new ListRetainedMessagesCommand({ maxResults: 2 }));
    const last = await iot.send(new ListRetainedMessagesCommand({ nextToken: first.nextToken }));
    const got = await iot.send(new GetRetainedMessageCommand({ topic: "b/2" }));
    await publish("b/2", "");

    expect(first.retainedTopics).toMatchObject([
      { topic: "a/1", payloadSize: 3, qos: 1 },
      { topic: "b/2", payloadSize: 3, qos: 1 },
    ]);
    expect(last.retainedTopics).toMatchObject([{ topic: "c/3" }]);
    expect(last.nextToken).toBeUndefined();
    expect(Buffer.from(got.payload ?? []).toString()).toBe("b/2");
    expect(Math.abs((got.lastModifiedTime ?? 0) - Date.now())).toBeLessThan(60_000);
    await expect(iot.send(new GetRetainedMessageCommand({ topic: "b/2" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
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
