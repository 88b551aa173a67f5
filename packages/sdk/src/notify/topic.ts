import { Sfs3Error } from "../errors.js";

const MAX_BYTES = 256;
const MAX_SLASHES = 7;

export interface TopicParts {
  readonly root: string;
  readonly subtopic: string | undefined;
  readonly txnId: string;
}

/**
 * `<root>/<subtopic>/<txnId>`; the levels below it carry progress.
 *
 * Source: AWS IoT Core quotas, "Topic size" and "Maximum number of slashes in topic and topic filter".
 */
export const transactionTopic = ({ root, subtopic, txnId }: TopicParts, step: string): string => {
  if (!isPublishable(root)) {
    throw refusal(
      `TOPIC_ROOT must be topic levels without '+', '#' and control characters, and not begin with '$' or '/'`,
    );
  }
  const topic = [root, ...(subtopic === undefined ? [] : [subtopic]), txnId].join("/");
  const longest = `${topic}/${step}`;
  if (Buffer.byteLength(longest) > MAX_BYTES) throw refusal(`the topic of step '${step}' exceeds ${MAX_BYTES} bytes`);
  if (longest.split("/").length - 1 > MAX_SLASHES)
    throw refusal(`the topic of step '${step}' exceeds ${MAX_SLASHES} slashes`);
  return topic;
};

const isPublishable = (root: string): boolean => /^[^$/+#\p{Cc}][^+#\p{Cc}]*$/u.test(root) && !root.endsWith("/");

const refusal = (message: string): Sfs3Error =>
  new Sfs3Error("StepConfigurationError", `${message}; shorten or correct TOPIC_ROOT.`);
