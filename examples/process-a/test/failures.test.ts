import { DescribeExecutionCommand, GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { hanging, neverReady, throwing, unready } from "./fixtures/failing.js";
import { endsOf, listen } from "./fixtures/listen.js";
import { deploy } from "./fixtures/use-stack.js";

const MODULE = new URL("./fixtures/failing.ts", import.meta.url);
const INPUT = { foo: "foo val" };

const deployFailing = () => deploy(MODULE, { throwing, unready, neverReady, hanging }, { skipWaits: true });

type Deployed = Awaited<ReturnType<typeof deployFailing>>;

async function attemptsOf({ sfn }: Deployed, executionArn: string) {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
  // The first one invokes the step, the last one publishes the end.
  const attempts = events.filter(({ type }) => type === "TaskScheduled").length - 1;
  const failures = events.flatMap(({ taskFailedEventDetails: details }) => details?.error ?? []);
  return { attempts, failures };
}

test("a step that throws ends in one FAILED message and keeps its error's name and message", async () => {
  const deployed = await deployFailing();
  const listener = await listen(deployed.stack.mqttWebSocketUrl, "Throwing");

  const { txnId, executionArn } = await deployed.run(throwing, INPUT, "worker1");

  const topic = `Throwing/worker1/${txnId}`;
  expect(endsOf(await listener.all())).toEqual([{ topic, text: "FAILED" }]);
  const execution = await deployed.sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(execution).toMatchObject({ status: "FAILED", error: "CardDeclined" });
  expect(JSON.parse(execution.cause ?? "")).toMatchObject({
    errorType: "CardDeclined",
    errorMessage: "the card of 0x17 was declined",
  });
  expect(await attemptsOf(deployed, executionArn)).toEqual({ attempts: 1, failures: ["CardDeclined"] });
  expect(await deployed.document(txnId)).toEqual(INPUT);
});

test("a predicate that fails twice and then holds is no failure", async () => {
  const deployed = await deployFailing();
  const listener = await listen(deployed.stack.mqttUrl, "Unready");

  const { txnId, executionArn } = await deployed.run(unready, INPUT);

  expect(endsOf(await listener.all())).toEqual([{ topic: `Unready/${txnId}`, text: "SUCCEEDED" }]);
  expect(await attemptsOf(deployed, executionArn)).toEqual({
    attempts: 3,
    failures: ["S3DataPreconditionError", "S3DataPreconditionError"],
  });
  expect(await deployed.document(txnId)).toMatchObject({
    "wait-for-data-output": { done: true },
    $sfs3: { "wait-for-data": { attempt: 3 } },
  });
});

test("a predicate that never holds fails after its retries, once", async () => {
  const deployed = await deployFailing();
  const listener = await listen(deployed.stack.mqttUrl, "NeverReady");

  const { txnId, executionArn } = await deployed.run(neverReady, INPUT);

  expect(endsOf(await listener.all())).toEqual([{ topic: `NeverReady/${txnId}`, text: "FAILED" }]);
  expect((await attemptsOf(deployed, executionArn)).attempts).toBe(4);
  const execution = await deployed.sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(execution).toMatchObject({ status: "FAILED", error: "S3DataPreconditionError" });
});

test("a step that runs out of time ends in one FAILED message", async () => {
  const deployed = await deployFailing();
  const listener = await listen(deployed.stack.mqttUrl, "Hanging");

  const { txnId, executionArn } = await deployed.run(hanging, INPUT);

  expect(endsOf(await listener.all())).toEqual([{ topic: `Hanging/${txnId}`, text: "FAILED" }]);
  const { status, error } = await deployed.sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect({ status, error }).toEqual({ status: "FAILED", error: "States.Timeout" });
  expect(await deployed.document(txnId)).toEqual(INPUT);
});
