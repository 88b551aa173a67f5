import { requireVariable } from "../environment.js";
import type { StatePayload } from "../payload.js";
import type { Runtime } from "../runtime.js";
import type { Log, StepOptions } from "../step.js";
import { type Message, publish } from "./publisher.js";
import { isRetried } from "./retried.js";
import { transactionTopic } from "./topic.js";

export interface Progress {
  readonly status: "SUCCEEDED" | "FAILED";
  readonly attempt: number;
  readonly durationMs: number;
}

export interface Announcer {
  /** After the merge. */
  succeeded(progress: Omit<Progress, "status">): Promise<void>;
  /** A replay is silent, but for the end of the process: the attempt before may have died between merge and message. */
  replayed(): Promise<void>;
  failed(error: Error, progress: Omit<Progress, "status">): Promise<void>;
}

export interface AnnouncerSettings {
  readonly options: Pick<StepOptions, "name" | "notify" | "retry">;
  readonly txnId: string;
  readonly payload: StatePayload;
  readonly runtime: Runtime;
  readonly log: Log;
  /** No message is waited for after this. Unit: milliseconds since the epoch. */
  readonly publishUntilMs: number;
}

/** Whether the log has said so: once a container. */
const warned = new WeakSet<Runtime["clients"]>();

export const createAnnouncer = ({
  options,
  txnId,
  payload,
  runtime,
  log,
  publishUntilMs,
}: AnnouncerSettings): Announcer => {
  const topic = topicOf({ options, txnId, payload, runtime, log });
  const send = (message: Message) =>
    publish(message, { clients: runtime.clients, log, budgetMs: publishUntilMs - runtime.now() });
  const progress = async ({ status, attempt, durationMs }: Progress) => {
    if (topic === undefined) return;
    const at = new Date(runtime.now()).toISOString();
    const text = JSON.stringify({ step: options.name, status, at, durationMs, attempt });
    await send({ topic: `${topic}/${options.name}`, payload: text, qos: 0 });
  };
  const terminal = async (status: Progress["status"]) => {
    if (topic !== undefined && options.notify === "terminal") await send({ topic, payload: status, qos: 1 });
  };
  return {
    succeeded: async (done) => {
      // At once: an IoT that hangs must cost one time limit, not two.
      await Promise.all([progress({ ...done, status: "SUCCEEDED" }), terminal("SUCCEEDED")]);
    },
    replayed: () => terminal("SUCCEEDED"),
    failed: async (error, done) => {
      const isEnd = !isRetried(error.name, options.retry);
      await Promise.all([progress({ ...done, status: "FAILED" }), isEnd && terminal("FAILED")]);
    },
  };
};

const topicOf = ({
  options,
  txnId,
  payload,
  runtime,
  log,
}: Omit<AnnouncerSettings, "publishUntilMs">): string | undefined => {
  if (options.notify === "none") return undefined;
  const parts = { subtopic: payload.subtopic, txnId };
  if (options.notify === "terminal") {
    const root = requireVariable(runtime.env, "TOPIC_ROOT", "a step with notify: 'terminal' publishes below it");
    return transactionTopic({ root, ...parts }, options.name);
  }
  const root = runtime.env.TOPIC_ROOT;
  if (root) return transactionTopic({ root, ...parts }, options.name);
  if (!warned.has(runtime.clients)) log.warn("TOPIC_ROOT is not set: no progress is published");
  warned.add(runtime.clients);
  return undefined;
};
