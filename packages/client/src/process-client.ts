import type { Clock } from "./clock.js";
import { createConnection } from "./connection.js";
import { ProcessClientError, type ProcessReference } from "./errors.js";
import type { CredentialSource } from "./iot-credentials.js";
import { type ProgressEvent, readMessage } from "./message.js";
import type { Polling } from "./poller.js";
import type { ProcessApi, Started } from "./process-api.js";
import { createProgressFeed, type ProgressOptions } from "./progress.js";
import { createScheduler } from "./scheduler.js";
import type { OpenSession, SessionOptions } from "./session.js";
import { createStarter, type StartOptions } from "./starter.js";
import type { ProcessEnd, WaitOptions } from "./tracked.js";
import { createWatch } from "./watch.js";

/** A process that this client has started. */
export interface StartedProcess extends Started {
  /**
   * Waits for its end. May be called any number of times, also later.
   *
   * @throws `ProcessFailedError`, `ProcessTimeoutError`, `ProcessUnknownError`, `StateError`, `ClientClosedError`, or the
   * signal's reason
   */
  completed(options?: WaitOptions): Promise<ProcessEnd>;
}

/** Starts processes and learns of their ends. */
export interface ProcessClient<TInput> {
  /**
   * Starts a process, when the client is connected or knows that it cannot be.
   *
   * @throws `StartError`, `ClientClosedError`, or the signal's reason
   */
  start(input: TInput, options?: StartOptions): Promise<StartedProcess>;
  /**
   * Starts a process and waits for its end, both within `timeoutMs`.
   *
   * @throws as `start` and `completed` do
   */
  execute(input: TInput, options?: StartOptions & WaitOptions): Promise<ProcessEnd>;
  /**
   * Waits for the end of a process that anybody has started, also where it has ended already.
   *
   * @param id a transaction id or an execution's ARN
   * @throws as `completed` does
   */
  waitFor(id: string, options?: WaitOptions): Promise<ProcessEnd>;
  /** Progress from now on, of one process or of all on the client's topic. What happens while offline is not in it. */
  progress(options?: ProgressOptions): AsyncIterableIterator<ProgressEvent>;
  /** Ends all waits with `ClientClosedError` and disconnects; nothing keeps the process then. May be called again. */
  close(): Promise<void>;
}

/** What a client is made of. */
export interface ClientParts<TInput> {
  readonly api: ProcessApi<TInput>;
  readonly credentials: CredentialSource;
  readonly topicRoot: string;
  readonly subtopic: string | undefined;
  readonly polling: Polling;
  readonly startTimeoutMs: number;
  readonly warn: (error: ProcessClientError) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly openSession: OpenSession;
  readonly wsOptions: (url: string) => SessionOptions["wsOptions"];
}

export function clientOf<TInput>(parts: ClientParts<TInput>): ProcessClient<TInput> {
  const { topicRoot, subtopic, warn } = parts;
  const scheduler = createScheduler(parts.clock);
  const closing = new AbortController();
  const watch = createWatch({ ...parts, scheduler, closing: closing.signal });
  const feed = createProgressFeed(warn);
  const connection = createConnection({
    ...parts,
    filter: `${subtopic === undefined ? topicRoot : `${topicRoot}/${subtopic}`}/#`,
    scheduler,
    events: {
      ...watch,
      message: (topic, payload) => {
        const message = readMessage(topic, payload);
        if (message?.kind === "end") watch.ended(message.transactionId, message.status);
        if (message?.kind === "progress") feed.publish(message.event);
      },
    },
  });

  const begin = createStarter({ ...parts, scheduler, watch, connection, closing: closing.signal });

  const waitFor = async (id: string, options: WaitOptions = {}): Promise<ProcessEnd> => {
    closing.signal.throwIfAborted();
    void connection.tried();
    return watch.wait(referenceOf(id), options);
  };

  const execute: ProcessClient<TInput>["execute"] = async (input, { timeoutMs, ...options } = {}) => {
    const beginMs = scheduler.now();
    const limitMs = Math.min(parts.startTimeoutMs, timeoutMs ?? Number.POSITIVE_INFINITY);
    const { wait } = await begin(input, { ...options, limitMs });
    const waitOptions = { signal: options.signal, ...(timeoutMs !== undefined && { timeoutMs }) };
    return wait(waitOptions, scheduler.now() - beginMs);
  };

  return {
    start: async (input, options = {}) => {
      const { started, wait } = await begin(input, { ...options, limitMs: parts.startTimeoutMs });
      return { ...started, completed: async (waitOptions = {}) => wait(waitOptions) };
    },
    execute,
    waitFor,
    progress: (options = {}) => {
      closing.signal.throwIfAborted();
      void connection.tried();
      const { transactionId } = options;
      const end = (signal: AbortSignal) => watch.wait(referenceOf(String(transactionId)), { signal });
      return feed.iterate({ ...options, until: transactionId === undefined ? undefined : end });
    },
    close: async () => {
      closing.abort(new ProcessClientError("ClientClosedError", "The client was closed. Create another one."));
      feed.close();
      watch.close();
      await connection.close();
      scheduler.close();
    },
  };
}

/** An execution is named after its transaction, for the most part; its state tells where it is not. */
const referenceOf = (id: string): ProcessReference =>
  id.startsWith("arn:") ? { transactionId: id.slice(id.lastIndexOf(":") + 1), executionId: id } : { transactionId: id };
