import type { ProcessClientOptions } from "@sfs3/client";
import type { Actor } from "./actor.js";
import { answer, type HttpAnswer, type HttpRequest } from "./http.js";
import type { World } from "./world.js";

export type OpenSession = NonNullable<ProcessClientOptions["connect"]>;

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

/** AWS IoT's message broker, and the data plane that publishes to it. */
export interface SimulatedBroker {
  publish(message: Message, sender: Actor | undefined): HttpAnswer;
  /** `POST /topics/<topic>`. */
  serve(request: HttpRequest, sender: Actor | undefined): HttpAnswer;
  readonly open: OpenSession;
}

interface OpenedSession {
  readonly filter: string;
  readonly hear: (message: Message) => void;
  readonly end: () => void;
}

const CONNECTION_MS = 5_000;

/** Delivers to whoever is subscribed when the message comes, and promises no more than a clean session is promised. */
export const createBroker = (
  world: World,
  onPublish: (message: Message, sender: Actor | undefined) => void,
): SimulatedBroker => {
  const { random, faults, timeline, pause, trace } = world;
  const sessions = new Set<OpenedSession>();

  const deliver = (session: OpenedSession, message: Message) => {
    const fault = faults.strike("message lost", "message duplicated", "message delayed");
    if (fault === "message lost") return;
    const delayMs = () => random.integer(1, 40) + (fault === "message delayed" ? random.integer(500, 90_000) : 0);
    for (let copies = fault === "message duplicated" ? 2 : 1; copies > 0; copies -= 1) {
      timeline.after(delayMs(), () => sessions.has(session) && session.hear(message));
    }
  };

  const publish: SimulatedBroker["publish"] = (message, sender) => {
    onPublish(message, sender);
    trace(() => `${message.topic} hears ${message.payload}`);
    for (const session of sessions) if (matches(session.filter, message.topic)) deliver(session, message);
    return answer(200, "{}");
  };

  /** A connection may be lost at any time, and most are not. */
  const mayEnd = (session: OpenedSession) => {
    timeline.after(random.integer(1, CONNECTION_MS), () => {
      if (!sessions.has(session)) return;
      if (faults.strike("broker drops a connection") !== undefined) return session.end();
      if (timeline.now() < drawnUntilMs) mayEnd(session);
    });
  };
  // Faults are over long before that; a check that goes on for ever would keep a run from its end.
  const drawnUntilMs = timeline.now() + 150_000;

  return {
    publish,
    serve: ({ path, body }, sender) =>
      publish({ topic: path.slice("/topics/".length), payload: body.toString("utf8") }, sender),
    open: async ({ filter, onMessage, signal }) => {
      await pause(random.integer(5, 200));
      signal.throwIfAborted();
      if (faults.strike("broker refuses a connection") !== undefined) throw new Error("Connection refused");
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const session: OpenedSession = {
        filter,
        hear: ({ topic, payload }) => onMessage(topic, payload),
        end: () => {
          sessions.delete(session);
          end();
        },
      };
      sessions.add(session);
      mayEnd(session);
      return { ended, close: async () => session.end() };
    },
  };
};

const matches = (filter: string, topic: string): boolean =>
  filter.endsWith("/#") ? topic.startsWith(filter.slice(0, -1)) : topic === filter;
