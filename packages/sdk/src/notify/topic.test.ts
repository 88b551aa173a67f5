import { expect, test } from "vitest";
import { transactionTopic } from "./topic.js";

const topicOf = (root: string, { subtopic = undefined as string | undefined, step = "s" } = {}) =>
  transactionTopic({ root, subtopic, txnId: "t" }, step);

test("a topic is root, subtopic and transaction", () => {
  expect(topicOf("a/b")).toBe("a/b/t");
  expect(topicOf("a", { subtopic: "w1" })).toBe("a/w1/t");
});

test("the progress topic, which is the longest, may have 256 bytes and 7 slashes, not more", () => {
  const room = 256 - "/t/s".length;

  expect(topicOf("é".repeat(room / 2))).toHaveLength(room / 2 + 2);
  expect(() => topicOf("é".repeat(room / 2 + 1))).toThrow(/exceeds 256 bytes/);
  expect(() => topicOf("x".repeat(room), { subtopic: "w" })).toThrow(/exceeds 256 bytes/);
  expect(topicOf("1/2/3/4/5/6")).toBe("1/2/3/4/5/6/t");
  expect(() => topicOf("1/2/3/4/5/6", { subtopic: "w" })).toThrow(/exceeds 7 slashes/);
});

test.each(["", "$aws", "/a", "a/", "a/+", "#", "a\u0000"])(
  "a root that cannot be published to is refused: %j",
  (root) => {
    expect(() => topicOf(root)).toThrow(expect.objectContaining({ name: "StepConfigurationError" }));
  },
);
