import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Aedes, type AedesPublishPacket, type Subscription } from "aedes";
import { AwsError } from "../http/aws-error.js";
import { checkConnection } from "./connection-rules.js";
import { createRetainedMessages, type RetainedMessage } from "./retained-messages.js";
import { checkFilter, checkMessage } from "./topic-rules.js";

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
  /** Resolves when the message is on its way to each subscriber. @throws AwsError `InvalidRequestException`, `RequestEntityTooLargeException`, `ServiceUnavailableException` */
  publish(message: IotMessage): Promise<void>;
  /**
   * Calls back with every message whose topic the filter matches (`+`: one level, `#`: the rest).
   *
   * @returns the function that ends it
   */
  subscribe(filter: string, listener: (message: IotMessage) => void): Promise<() => Promise<void>>;
  /** What is kept of a topic for those who subscribe later. */
  getRetainedMessage(topic: string): RetainedMessage | undefined;
  /** Every retained message, by topic. */
  listRetainedMessages(): readonly RetainedMessage[];
  /**
   * Breaks every connection and takes neither new ones nor messages until the function is called that it returns, as
   * if the broker had been killed and started again. Persistent sessions and retained messages outlive it.
   */
  interrupt(): () => void;
  /** Takes over a byte stream that speaks MQTT 3.1.1. */
  connect(stream: Duplex, request?: IncomingMessage): void;
  /** Disconnects every client. */
  close(): Promise<void>;
}

/** How long clients may keep the broker waiting. */
export interface IotOptions {
  /** For the CONNECT of a connection. Unit: milliseconds. Default: 30,000. */
  readonly connectMs?: number;
  /** For a subscriber to read on, while messages to all others wait. Unit: milliseconds. Default: 10,000. */
  readonly drainMs?: number;
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
export async function createIot({ connectMs = 30_000, drainMs = 10_000 }: IotOptions = {}): Promise<Iot> {
  const retained = createRetainedMessages(() => new Date());
  const streams = new Set<Duplex>();
  const interruptions = new Set<symbol>();
  const broker = await Aedes.createBroker({
    connectTimeout: connectMs,
    drainTimeout: drainMs,
    preConnect: (_client, packet, done) => {
      const problem = problemOf(() => checkConnection(packet));
      done(problem, problem === null);
    },
    authorizePublish: (_client, packet, done) => done(problemOf(() => checkPacket(packet))),
    authorizeSubscribe: (_client, subscription, done) => {
      const problem = problemOf(() => checkSubscription(subscription));
      if (problem === null) done(null, subscription);
      else done(problem);
    },
  });
  broker.on("publish", ({ topic, payload, qos, retain }) => {
    if (retain && !topic.startsWith("$"))
      retained.keep({ topic, payload: Buffer.from(payload), qos: qos === 0 ? 0 : 1 });
  });
  // AWS IoT closes the connection of a client that breaks a rule, and so does the broker; nobody else is told.
  broker.on("clientError", () => {});
  broker.on("connectionError", (client) => client.conn.destroy());

  return {
    publish: async ({ topic, payload, qos, retain = false }) => {
      checkMessage({ topic, payload });
      if (interruptions.size > 0) throw unavailable();
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
    getRetainedMessage: retained.get,
    listRetainedMessages: retained.list,
    interrupt: () => {
      const interruption = Symbol("interruption");
      interruptions.add(interruption);
      for (const stream of streams) stream.destroy();
      return () => void interruptions.delete(interruption);
    },
    connect: (stream, request) => {
      if (broker.closed || interruptions.size > 0) stream.destroy();
      else {
        streams.add(stream);
        stream.once("close", () => streams.delete(stream));
        broker.handle(stream, request);
      }
    },
    close: () => settled((done) => broker.close(done)),
  };
}

function problemOf(check: () => void): Error | null {
  try {
    check();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function checkPacket({ topic, payload, qos }: Pick<AedesPublishPacket, "topic" | "payload" | "qos">): void {
  if (qos > 1) throw new Error(`AWS IoT has no QoS ${qos}; publish to ${topic} at QoS 0 or 1.`);
  checkMessage({ topic, payload: Buffer.from(payload) });
}

function checkSubscription({ topic, qos }: Subscription): void {
  if (qos > 1) throw new Error(`AWS IoT has no QoS ${qos}; subscribe to ${topic} at QoS 0 or 1.`);
  checkFilter(topic);
}

const unavailable = () =>
  new AwsError("ServiceUnavailableException", { status: 503, message: "The embedded IoT is interrupted." });

const messageOf = ({ topic, payload, qos, retain }: AedesPublishPacket): IotMessage => ({
  topic,
  payload: Buffer.from(payload),
  qos: qos === 0 ? 0 : 1,
  retain,
});

const settled = (call: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
