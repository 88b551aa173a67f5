import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Aedes, type AedesPublishPacket } from "aedes";
import { checkMessage } from "./topic-rules.js";

/** A message on its way to the subscribers of its topic. */
export interface IotMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  /** Kept for those who subscribe later; an empty payload deletes what was kept. Default: `false`. */
  readonly retain?: boolean;
}

/** The embedded MQTT broker. Its functions need no `this`. */
export interface Iot {
  /** Resolves when the message is on its way to each subscriber. @throws AwsError `InvalidRequestException`, `RequestEntityTooLargeException` */
  publish(message: IotMessage): Promise<void>;
  /**
   * Calls back with every message whose topic the filter matches (`+`: one level, `#`: the rest).
   *
   * @returns the function that ends it
   */
  subscribe(filter: string, listener: (message: IotMessage) => void): Promise<() => Promise<void>>;
  /** Takes over a byte stream that speaks MQTT 3.1.1. */
  connect(stream: Duplex, request?: IncomingMessage): void;
  /** Disconnects every client. */
  close(): Promise<void>;
}

/**
 * Starts an MQTT 3.1.1 broker in this process with AWS IoT's rules for topics and sizes. A second client with the same
 * client id disconnects the first.
 *
 * @example
 * ```ts
 * import { createIot } from "@sfs3/local";
 *
 * const iot = await createIot();
 * await iot.subscribe("processa/#", ({ topic, payload }) => console.error(topic, payload.toString()));
 * await iot.publish({ topic: "processa/worker1/0x1", payload: Buffer.from("SUCCEEDED"), qos: 1 });
 * ```
 */
export async function createIot(): Promise<Iot> {
  const broker = await Aedes.createBroker({
    authorizePublish: (_client, { topic, payload }, done) => done(problemOf(topic, Buffer.from(payload))),
  });
  // AWS IoT closes the connection of a client that breaks a rule, and so does the broker; nobody else is told.
  broker.on("clientError", () => {});
  broker.on("connectionError", (client) => client.conn.destroy());

  return {
    publish: async ({ topic, payload, qos, retain = false }) => {
      checkMessage({ topic, payload });
      await settled((done) => broker.publish({ cmd: "publish", dup: false, topic, payload, qos, retain }, done));
    },
    subscribe: async (filter, listener) => {
      const deliver = (packet: AedesPublishPacket, done: () => void) => {
        // `#` does not match the broker's own topics (MQTT 3.1.1, 4.7.2).
        if (!packet.topic.startsWith("$")) listener(messageOf(packet));
        done();
      };
      await settled((done) => broker.subscribe(filter, deliver, done));
      return () => settled((done) => broker.unsubscribe(filter, deliver, done));
    },
    connect: (stream, request) => {
      if (broker.closed) stream.destroy();
      else broker.handle(stream, request);
    },
    close: () => settled((done) => broker.close(done)),
  };
}

function problemOf(topic: string, payload: Buffer): Error | null {
  try {
    checkMessage({ topic, payload });
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const messageOf = ({ topic, payload, qos, retain }: AedesPublishPacket): IotMessage => ({
  topic,
  payload: Buffer.from(payload),
  qos: qos === 0 ? 0 : 1,
  retain,
});

const settled = (call: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
