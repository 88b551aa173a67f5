import { type Backoff, fullJitterMs } from "./backoff.js";
import { unlessAborted, within } from "./deadline.js";
import { ProcessClientError } from "./errors.js";
import { type CredentialSource, checkCredentials, connectionLifetimeMs } from "./iot-credentials.js";
import { createPause } from "./pause.js";
import type { Scheduler } from "./scheduler.js";
import type { OpenSession, Session, SessionOptions } from "./session.js";
import { signUrl } from "./sign-url.js";

/** What a connection tells, as it happens. */
export interface ConnectionEvents {
  /** Subscribed; from here on no message is missed. */
  online(): void;
  offline(): void;
  /** What went wrong and is tried again. */
  trouble(error: ProcessClientError): void;
  message(topic: string, payload: string): void;
}

export interface ConnectionOptions {
  readonly filter: string;
  readonly credentials: CredentialSource;
  readonly openSession: OpenSession;
  /** What the WebSocket to a URL needs, as the agent of a proxy. */
  readonly wsOptions: (url: string) => SessionOptions["wsOptions"];
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly events: ConnectionEvents;
}

/** A subscription that comes back after each loss, and is renewed before its credentials end. */
export interface Connection {
  /** Connects at the first call. Resolves with the end of the first attempt, whatever came of it. */
  tried(): Promise<void>;
  close(): Promise<void>;
}

const RECONNECT: Backoff = { firstMs: 1_000, maxMs: 30_000 };
const ATTEMPT_MS = 15_000;

/** What lives shorter counts as one more failure: two clients of one id would else evict each other without a pause. */
const STABLE_MS = 30_000;

export function createConnection(options: ConnectionOptions): Connection {
  const { scheduler, random, events } = options;
  const closing = new AbortController();
  let session: Session | undefined;
  /** Not waited for before the client is closed: a dead connection may take its time. */
  let retired: Promise<void> | undefined;
  const pause = createPause(scheduler, closing.signal);

  const onEnd = (ended: Session) => {
    if (session !== ended || closing.signal.aborted) return;
    session = undefined;
    events.offline();
    events.trouble(new ProcessClientError("ConnectionError", "The connection to the broker was lost; it is reopened."));
    pause.wake();
  };

  /** Keeps the old session until the new one is subscribed, so that no message falls between them. */
  const attempt = async (): Promise<number | undefined> => {
    try {
      const next = await openSession(options, closing.signal);
      const old = session;
      session = next;
      next.ended.then(() => onEnd(next));
      retired = old?.close();
      events.online();
      return next.lifetimeMs;
    } catch (cause) {
      if (closing.signal.aborted) return undefined;
      if (session === undefined) events.offline();
      events.trouble(unreachable(cause));
      return undefined;
    }
  };

  const stayOpen = async (tried: () => void) => {
    for (let failures = 0; !closing.signal.aborted; ) {
      const startedMs = scheduler.now();
      const lifetimeMs = await attempt();
      tried();
      if (lifetimeMs !== undefined) await pause.wait(lifetimeMs);
      if (scheduler.now() - startedMs >= STABLE_MS) failures = 0;
      const isRenewal = lifetimeMs !== undefined && session !== undefined;
      if (!isRenewal) await pause.wait(fullJitterMs(RECONNECT, failures++, random));
    }
  };

  let first: Promise<void> | undefined;
  let running: Promise<void> | undefined;
  return {
    tried: () => {
      first ??= new Promise((resolve) => {
        running = stayOpen(resolve);
      });
      return first;
    },
    close: async () => {
      closing.abort(new ProcessClientError("ClientClosedError", "The client was closed."));
      pause.wake();
      await running;
      await Promise.all([retired, session?.close()]);
    },
  };
}

type TimedSession = Session & { readonly lifetimeMs: number };

const openSession = (options: ConnectionOptions, closing: AbortSignal): Promise<TimedSession> =>
  within(options.scheduler, { limitMs: ATTEMPT_MS, signals: [closing] }, async (signal) => {
    const { filter, scheduler, events } = options;
    const credentials = checkCredentials(await unlessAborted(options.credentials(signal), signal));
    const url = await signUrl(credentials, scheduler.now());
    const { clientId = newClientId() } = credentials;
    const wsOptions = options.wsOptions(url);
    const session = await options
      .openSession({ url, clientId, filter, wsOptions, onMessage: events.message, signal })
      .catch((cause: unknown) => {
        throw ungranted(cause, { filter, topicFilter: credentials.topicFilter });
      });
    return { ...session, lifetimeMs: connectionLifetimeMs(credentials, scheduler) };
  });

const newClientId = (): string =>
  `sfs3-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** A broker that refuses a subscription does not say what it would have granted; the credential service did. */
const ungranted = (
  cause: unknown,
  { filter, topicFilter }: { readonly filter: string; readonly topicFilter: string | undefined },
): unknown => {
  if (topicFilter === undefined || topicFilter === filter) return cause;
  const message = `${messageOf(cause)} (the credentials are for '${topicFilter}', the client subscribes to '${filter}')`;
  return new Error(message, { cause });
};

const unreachable = (cause: unknown): ProcessClientError => {
  const reason = messageOf(cause);
  return new ProcessClientError("ConnectionError", `The broker cannot be reached; it is tried again: ${reason}`, {
    cause,
  });
};
