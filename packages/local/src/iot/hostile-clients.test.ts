import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import mqtt from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { useStack } from "../fixtures/use-stack.js";
import { createIot, type Iot } from "./broker.js";

const open = (port: number): Socket => {
  const socket = connect({ port, host: "127.0.0.1" });
  onTestFinished(() => void socket.destroy());
  return socket.on("error", () => {});
};

/** A client's end of a connection to the broker; `gone` when the broker's end is closed. */
async function pair(iot: Iot) {
  const server = createServer();
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stream = open((server.address() as AddressInfo).port);
  const [brokersEnd] = await once(server, "connection");
  iot.connect(brokersEnd);
  return { stream, gone: new Promise((resolve) => brokersEnd.once("close", resolve)) };
}

const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

const packet = (type: number, body: Buffer) => {
  const length: number[] = [];
  for (let left = body.length, more = true; more; left >>= 7) {
    more = left >= 0x80;
    length.push((left & 0x7f) | (more ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from([type, ...length]), body]);
};

/** MQTT 3.1.1, clean session, kept alive for a minute. */
const connectPacket = (clientId: string) =>
  packet(0x10, Buffer.concat([text("MQTT"), Buffer.from([4, 2, 0, 60]), text(clientId)]));
const subscribePacket = (filter: string) =>
  packet(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]));

/** The header of a PUBLISH of 200 MB. */
const HUGE = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x64]);

describe("a packet longer than any message", () => {
  test("breaks a TCP connection by its header", async () => {
    const { port } = await useStack();
    const socket = open(port);
    socket.write(connectPacket("huge"));
    await once(socket, "data");

    socket.write(HUGE);

    await once(socket.resume(), "close");
  });

  test("breaks a WebSocket, however small its frames are", async () => {
    const { mqttWebSocketUrl } = await useStack();
    const socket = new WebSocket(mqttWebSocketUrl, "mqtt");
    await once(socket, "open");
    socket.send(connectPacket("huge"));
    await once(socket, "message");

    for (const byte of HUGE) socket.send(Buffer.from([byte]));

    await once(socket, "close");
  });

  test("breaks it where there is no CONNECT yet", async () => {
    const { port } = await useStack();
    const socket = open(port);

    socket.write(Buffer.concat([Buffer.from([0x10]), HUGE.subarray(1)]));

    await once(socket.resume(), "close");
  });
});

test.each([
  ["a second CONNECT", connectPacket("twice")],
  ["a packet of a reserved type", Buffer.from([0xf0, 0])],
  ["a SUBSCRIBE of nothing", packet(0x82, Buffer.from([0, 1]))],
  ["a PUBLISH without a topic", packet(0x30, Buffer.from([0]))],
  ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
])("%s ends that connection and no other", async (_what, bytes) => {
  const { port, mqttUrl } = await useStack();
  const other = await mqtt.connectAsync(mqttUrl);
  onTestFinished(async () => void (await other.endAsync()));
  const socket = open(port);
  socket.write(connectPacket("twice"));
  await once(socket, "data");

  socket.write(bytes);

  await once(socket.resume(), "close");
  await other.publishAsync("a", "b", { qos: 1 });
  expect(other.connected).toBe(true);
});

test("who opens a connection and never says CONNECT is sent away", async () => {
  const iot = await createIot({ connectMs: 20 });
  onTestFinished(iot.close);
  const { stream, gone } = await pair(iot);
  stream.write(Buffer.from([0x10]));

  await gone;
});

test("a subscriber that stops reading is sent away, and keeps nobody from hearing", async () => {
  const iot = await createIot({ drainMs: 200 });
  onTestFinished(iot.close);
  const { stream, gone } = await pair(iot);
  stream.write(Buffer.concat([connectPacket("frozen"), subscribePacket("a")]));
  await once(stream, "data");
  stream.pause();
  let heard = 0;
  await iot.subscribe("a", () => {
    heard += 1;
  });

  const payload = Buffer.alloc(128 * 1024);
  for (let sent = 0; sent < 300; sent += 1) await iot.publish({ topic: "a", payload, qos: 0 });

  expect(heard).toBe(300);
  await gone;
});

test("names that objects inherit are ordinary client ids and topics", async () => {
  const { mqttUrl, iot } = await useStack();
  for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
    const client = await mqtt.connectAsync(mqttUrl, { clientId: name });
    await client.subscribeAsync(name);
    const message = new Promise<readonly string[]>((resolve) => {
      client.once("message", (topic, payload) => resolve([topic, payload.toString()]));
    });
    await iot.publish({ topic: name, payload: Buffer.from(name), qos: 0, retain: true });
    expect(await message).toEqual([name, name]);
    await client.endAsync();

    expect(iot.getRetainedMessage(name)?.payload.toString()).toBe(name);
  }
  expect(iot.getRetainedMessage("toString")).toBeUndefined();
});
