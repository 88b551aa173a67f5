import { AwsError } from "../http/aws-error.js";

// AWS IoT Core endpoints and quotas, "Message broker and protocol limits".
const MAX_TOPIC_BYTES = 256;
const MAX_SLASHES = 7;
export const MAX_PAYLOAD_BYTES = 128 * 1024;

interface TopicRule {
  readonly isBroken: (topic: string) => boolean;
  readonly problem: string;
}

const RULES: readonly TopicRule[] = [
  { isBroken: (topic) => topic === "", problem: "is empty" },
  { isBroken: (topic) => /[#+]/.test(topic), problem: "holds a wildcard (# or +); those belong to topic filters" },
  { isBroken: (topic) => topic.includes("\0"), problem: "holds a null character" },
  { isBroken: (topic) => topic.startsWith("$"), problem: "starts with $; such topics are reserved" },
  {
    isBroken: (topic) => Buffer.byteLength(topic) > MAX_TOPIC_BYTES,
    problem: `is longer than ${MAX_TOPIC_BYTES} bytes of UTF-8`,
  },
  { isBroken: (topic) => topic.split("/").length - 1 > MAX_SLASHES, problem: `has more than ${MAX_SLASHES} slashes` },
];

/** What AWS IoT refuses of a message, whichever way it comes in. */
export function checkMessage({ topic, payload }: { readonly topic: string; readonly payload: Uint8Array }): void {
  const broken = RULES.find(({ isBroken }) => isBroken(topic));
  if (broken) {
    const message = `The topic ${JSON.stringify(topic)} ${broken.problem}.`;
    throw new AwsError("InvalidRequestException", { status: 400, message });
  }
  if (payload.length <= MAX_PAYLOAD_BYTES) return;
  const message = `The payload has ${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES} are allowed.`;
  throw new AwsError("RequestEntityTooLargeException", { status: 413, message });
}
