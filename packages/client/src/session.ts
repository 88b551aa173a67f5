import mqtt, { type IClientOptions, type MqttClient } from "mqtt";

/** What one MQTT session is opened with. */
export interface SessionOptions {
  /** Signed. */
  readonly url: string;
  readonly clientId: string;
  readonly filter: string;
  /** More for the WebSocket, as the agent of a proxy. */
  readonly wsOptions: IClientOptions["wsOptions"];
  readonly onMessage: (topic: string, payload: string) => void;
  /** Gives up opening. */
  readonly signal: AbortSignal;
}

/** One MQTT connection, from its subscription to its end. It does not come back by itself: its URL's signature has expired. */
export interface Session {
  /** Resolves when the connection is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Hears no more messages; disconnects. */
  close(): Promise<void>;
}

/** Opens a connection and subscribes. @throws whatever kept it from that */
export type OpenSession = (options: SessionOptions) => Promise<Session>;

/** IoT Core takes 5 to 1,200 s; this finds a dead connection in half a minute. */
const KEEPALIVE_SECONDS = 20;

export const openMqttSession: OpenSession = async ({ url, clientId, filter, wsOptions, onMessage, signal }) => {
  const client = mqtt.connect(url, {
    clientId,
    keepalive: KEEPALIVE_SECONDS,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    // The library takes URLs apart, and signatures do not survive that.
    transformWsUrl: () => url,
    ...(wsOptions && { wsOptions }),
  });
  const ended = new Promise<void>((resolve) => client.once("close", resolve));
  const hear = (topic: string, payload: Uint8Array) => onMessage(topic, new TextDecoder().decode(payload));
  const close = async () => {
    client.off("message", hear);
    await client.endAsync(true);
  };
  client.on("message", hear);
  try {
    await subscribed(client, { filter, ended, signal });
    return { ended, close };
  } catch (error) {
    await close();
    throw error;
  }
};

interface Opening {
  readonly filter: string;
  readonly ended: Promise<void>;
  readonly signal: AbortSignal;
}

const subscribed = (client: MqttClient, { filter, ended, signal }: Opening): Promise<void> =>
  new Promise((resolve, reject) => {
    // They stay for the whole session: an "error" that nobody hears would end the process.
    client.on("error", reject);
    // The library keeps to itself what has no code, as a refused upgrade.
    client.stream.on("error", reject);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    ended.then(() => reject(new Error("the broker ended the connection before it was subscribed")));
    client.subscribeAsync(filter, { qos: 1 }).then(() => resolve(), reject);
  });
