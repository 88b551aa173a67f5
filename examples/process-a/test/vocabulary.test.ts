import { SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import type { DocumentOf } from "@sfs3/sdk/flow";
import { expect, test } from "vitest";
import { endsOf, listen } from "./fixtures/listen.js";
import { deploy } from "./fixtures/use-stack.js";
import { audit, everything, payment } from "./fixtures/vocabulary.js";

type Document = DocumentOf<typeof everything>;

test("a flow of the whole vocabulary leaves the document that its type promises", async () => {
  const module = new URL("./fixtures/vocabulary.ts", import.meta.url);
  const { run, stack, sfn, document } = await deploy(module, { everything, payment, audit }, { skipWaits: true });
  const listener = await listen(stack.mqttWebSocketUrl, "everything");

  const running = run(everything, { foo: "bar", lines: ["a", "b", "c"] }, "worker1");
  // The outside party: hears that the question was asked, finds the token in the sidecar, and answers.
  const asked = await listener.next(({ topic }) => topic.endsWith("/ask"));
  const { "ask-output": question } = await document(asked.topic.split("/")[2] ?? "");
  const { token: taskToken } = question as Document["ask-output"];
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"fine":true}' }));
  const { txnId } = await running;

  const { $sfs3: _, ...outputs } = await document(txnId);
  expect(endsOf(await listener.all())).toEqual([{ topic: `everything/worker1/${txnId}`, text: "SUCCEEDED" }]);
  expect(outputs).toEqual({
    foo: "bar",
    lines: ["a", "b", "c"],
    "count-output": { items: ["A", "B", "C"], verdict: "yes" },
    "left-output": { text: "left bar" },
    "right-output": { text: "right bar" },
    "chosen-output": { text: "chosen bar" },
    "line-output": [{ item: "A" }, { item: "B" }, { item: "C" }],
    "poll-output": { rounds: 3 },
    "recovered-output": { text: "recovered bar" },
    "ask-output": { token: taskToken },
    "thanked-output": { text: "thanked bar" },
    "pay-output": { text: "pay bar" },
    // Written by a process that nobody waits for, so not in the document's type.
    ...({ "audit-output": { text: "audit bar" } } as object),
  } satisfies Document);
});
