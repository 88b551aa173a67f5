import { PublishCommand } from "@aws-sdk/client-iot-data-plane";
import type { Clients } from "../clients.js";
import type { Log } from "../step.js";

const MAX_PUBLISH_MS = 2_000;

export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
}

export interface Post {
  readonly clients: Pick<Clients, "iot">;
  readonly log: Log;
  /** What the Lambda has left for it. */
  readonly budgetMs: number;
}

/** Never fails: the data is safe, whatever becomes of the message. */
export const publish = async ({ topic, payload, qos }: Message, { clients, log, budgetMs }: Post): Promise<void> => {
  const limitMs = Math.max(0, Math.min(MAX_PUBLISH_MS, budgetMs));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException(`no answer within ${limitMs} ms`, "TimeoutError")), limitMs);
  });
  const send = async () => {
    const iot = await clients.iot();
    await iot.send(new PublishCommand({ topic, qos, payload: Buffer.from(payload) }));
  };
  try {
    await Promise.race([send(), late]);
  } catch (error) {
    const { name: errorName, message: reason } = error instanceof Error ? error : new Error("unknown");
    log.warn("a message was not published", { topic, errorName, reason });
  } finally {
    clearTimeout(timer);
  }
};
