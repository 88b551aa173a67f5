import { AwsError } from "../http/aws-error.js";

// AWS IoT Core endpoints and quotas, "Message broker and protocol limits".
const MAX_TOPIC_BYTES = 256;
const MAX_SLASHES = 7;
export const MAX_PAYLOAD_BYTES = 128 * 1024;

interface TopicRule {
  readonly isBroken: (topic: string) => boolean;
  readonly problem: string;
}

const COMMON_RULES: readonly TopicRule[] = [
  { isBroken: (topic) => topic === "", problem: "is empty" },
  { isBroken: (topic) => topic.includes("\0"), problem: "holds a null character" },
  { isBroken: (topic) => topic.startsWith("$"), problem: "starts with $; such topics are reserved" },
  {
    isBroken: (topic) => Buffer.byteLength(topic) > MAX_TOPIC_BYTES,
    problem: `is longer than ${MAX_TOPIC_BYTES} bytes of UTF-8`,
  },
  { isBroken: (topic) => topic.split("/").length - 1 > MAX_SLASHES, problem: `has more than ${MAX_SLASHES} slashes` },
];

const TOPIC_RULES: readonly TopicRule[] = [
  { isBroken: (topic) => /[#+]/.test(topic), problem: "holds a wildcard (# or +); those belong to topic filters" },
  ...COMMON_RULES,
];

const LEVEL = /^(?:[^#+]*|\+)$/;

const FILTER_RULES: readonly TopicRule[] = [
  {
    isBroken: (filter) =>
      !filter
        .replace(/(^|\/)#$/, "")
        .split("/")
        .every((level) => LEVEL.test(level)),
    problem: "holds a wildcard (# or +) that is not a level of its own, or a # that is not the last",
  },
  ...COMMON_RULES,
];

/** What AWS IoT refuses of a filter that somebody subscribes to. */
export function checkFilter(filter: string): void {
  const broken = FILTER_RULES.find(({ isBroken }) => isBroken(filter));
  if (broken === undefined) return;
  const message = `The topic filter ${JSON.stringify(filter)} ${broken.problem}.`;
  throw new AwsError("InvalidRequestException", { status: 400, message });
}

/** What AWS IoT refuses of a message, whichever way it comes in. */
export function checkMessage({ topic, payload }: { readonly topic: string; readonly payload: Uint8Array }): void {
  const broken = TOPIC_RULES.find(({ isBroken }) => isBroken(topic));
  if (broken) {
    const message = `The topic ${JSON.stringify(topic)} ${broken.problem}.`;
    throw new AwsError("InvalidRequestException", { status: 400, message });
  }
  if (payload.length <= MAX_PAYLOAD_BYTES) return;
  const message = `The payload has ${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES} are allowed.`;
  throw new AwsError("RequestEntityTooLargeException", { status: 413, message });
}
