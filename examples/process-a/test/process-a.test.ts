import { DescribeExecutionCommand, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { downstream, processA } from "../src/flow.js";
import { endsOf, listen } from "./fixtures/listen.js";
import { deploy } from "./fixtures/use-stack.js";

const MODULE = new URL("../src/flow.ts", import.meta.url);
const INPUT = { foo: "foo val", bar: "bar val" };
const OUTPUTS = {
  ...INPUT,
  "step-a-output": {
    status: "ok",
    details: "nothing to share",
    stepAOutput1: "a1",
    stepAOutput2: false,
    stepAOutput3: 123,
  },
  "step-b-output": { property1: "p1", property2: "p2" },
  "step-c-output": { cProperty: "i like c" },
  "step-d-output": { d: "d output" },
  "step-e-output": { e: "e output" },
};
const DOWNSTREAM_OUTPUTS = {
  "downstream-a-output": { received: "foo val" },
  "downstream-b-output": { length: 7 },
  "downstream-c-output": { done: true },
};

test("ProcessA writes what its steps put out, in their order, and starts the downstream process", async () => {
  const { run, document, sfn, stack } = await deploy(MODULE, { processA, downstream });

  const { txnId, executionArn } = await run(processA, INPUT, "worker1");

  const { $sfs3: journal, ...outputs } = await document(txnId);
  const downstreamExecutionArn = `arn:aws:states:us-east-1:000000000000:execution:Downstream:${txnId}-step-f`;
  expect(outputs).toEqual({ ...OUTPUTS, "step-f-output": { downstreamExecutionArn }, ...DOWNSTREAM_OUTPUTS });
  // The downstream process runs beside step-f's own write: which of the two comes first is open.
  const keys = Object.keys(await document(txnId));
  expect(keys.filter((key) => key !== "step-f-output")).toEqual([
    ...Object.keys(OUTPUTS),
    ...Object.keys(DOWNSTREAM_OUTPUTS),
    "$sfs3",
  ]);
  expect(keys.indexOf("step-f-output")).toBeGreaterThan(keys.indexOf("step-e-output"));
  expect(Object.keys(journal as object)).toHaveLength(9);
  const payload = JSON.stringify({ processData: txnId, subtopic: "worker1" });
  for (const arn of [executionArn, downstreamExecutionArn]) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    expect(execution).toMatchObject({ status: "SUCCEEDED", input: payload, output: payload });
  }
  const stateMachineArn = stack.stateMachineArn("Downstream");
  expect((await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions).toHaveLength(1);
});

test.each(["mqttWebSocketUrl", "mqttUrl"] as const)(
  "whoever subscribes by MQTT hears of each step, and of success exactly once (%s)",
  async (url) => {
    const { run, stack } = await deploy(MODULE, { processA, downstream });
    const [listener, downstreamListener] = await Promise.all(
      ["processa", "downstream"].map((root) => listen(stack[url], root)),
    );

    const { txnId } = await run(processA, INPUT, "worker1");

    const messages = (await listener?.all()) ?? [];
    const topic = `processa/worker1/${txnId}`;
    expect(endsOf(messages)).toEqual([{ topic, text: "SUCCEEDED" }]);
    const steps = ["step-a", "step-b", "step-c", "step-d", "step-e", "step-f"];
    expect(messages.map((message) => message.topic)).toEqual([...steps.map((step) => `${topic}/${step}`), topic]);
    expect(JSON.parse(messages[0]?.text ?? "")).toMatchObject({ step: "step-a", status: "SUCCEEDED", attempt: 1 });
    expect(endsOf((await downstreamListener?.all()) ?? [])).toEqual([
      { topic: `downstream/worker1/${txnId}`, text: "SUCCEEDED" },
    ]);
  },
);

test("without a subtopic the message comes on the transaction's own topic", async () => {
  const { run, stack } = await deploy(MODULE, { processA, downstream });
  const listener = await listen(stack.mqttWebSocketUrl, "processa");

  const { txnId } = await run(processA, INPUT);

  expect(endsOf(await listener.all())).toEqual([{ topic: `processa/${txnId}`, text: "SUCCEEDED" }]);
});
