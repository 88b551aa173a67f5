import type { Clock } from "./clock.js";
import { createConnection } from "./connection.js";
import { unlessAborted, within } from "./deadline.js";
import { ProcessClientError, type ProcessReference } from "./errors.js";
import type { CredentialSource } from "./iot-credentials.js";
import { type ProgressEvent, readMessage } from "./message.js";
import type { Polling } from "./poller.js";
import type { ProcessApi, Started } from "./process-api.js";
import { createProgressFeed, type ProgressOptions } from "./progress.js";
import { createScheduler } from "./scheduler.js";
import type { OpenSession, SessionOptions } from "./session.js";
import { lateStart, startWithRetry } from "./start.js";
import type { ProcessEnd, WaitOptions } from "./tracked.js";
import { createWatch } from "./watch.js";

/** How a process is started. */
export interface StartOptions {
  /**
   * Makes a repeated start return the process that the first one started. With it, a start that got no answer is tried
   * again, three times in all. Default: none.
   */
  readonly idempotencyKey?: string | undefined;
  /** Ends the start with the signal's reason; whether the process was started is then unknown. */
  readonly signal?: AbortSignal | undefined;
}

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
  const { api, topicRoot, subtopic, random, warn } = parts;
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

  const begin = async (input: TInput, { idempotencyKey, signal, limitMs }: StartLimits) => {
    closing.signal.throwIfAborted();
    await unlessAborted(unlessAborted(connection.tried(), signal), closing.signal);
    const expectation = watch.expect({ mayBeOld: idempotencyKey !== undefined });
    try {
      const limits = { limitMs, signals: [signal, closing.signal], late: () => lateStart(limitMs) };
      const started = await within(scheduler, limits, (limit) =>
        startWithRetry({ api, input, scheduler, random, signal: limit, idempotencyKey }),
      );
      return { started, wait: expectation.started(started) };
    } finally {
      expectation.over();
    }
  };

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

type StartLimits = StartOptions & { readonly limitMs: number };

/** The execution is named after the transaction. */
const referenceOf = (id: string): ProcessReference =>
  id.startsWith("arn:") ? { transactionId: id.slice(id.lastIndexOf(":") + 1), executionId: id } : { transactionId: id };
