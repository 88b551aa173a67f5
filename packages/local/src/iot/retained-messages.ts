/** What is kept for those who subscribe later. */
export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly lastModified: Date;
}

export interface RetainedMessages {
  /** Takes note of a message that is to be retained; an empty payload deletes. */
  keep(message: Omit<RetainedMessage, "lastModified">): void;
  get(topic: string): RetainedMessage | undefined;
  /** By topic. */
  list(): readonly RetainedMessage[];
}

/** A view of the broker's retained messages that knows when each was published, as AWS IoT's API tells it. */
export function createRetainedMessages(now: () => Date): RetainedMessages {
  const messages = new Map<string, RetainedMessage>();
  return {
    keep: (message) => {
      if (message.payload.length === 0) messages.delete(message.topic);
      else messages.set(message.topic, { ...message, lastModified: now() });
    },
    get: (topic) => messages.get(topic),
    list: () => [...messages.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1)),
  };
}
