import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { ExecutionEnd } from "@sfs3/local";
import { defineStep } from "@sfs3/sdk";
import { createStatusNotifier } from "@sfs3/sdk/api";
import { type FlowDefinition, flow, renderAsl } from "@sfs3/sdk/flow";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { clientConfig, useStack } from "./fixtures/use-stack.js";

/** The notifier against generated definitions that run, by the AWS clients over HTTP. */

const never = defineStep(z.object({}), z.object({}), () => ({}), { name: "never" });
/** No function is needed: the step is never reached. */
const begin = flow("Orders", { input: z.object({}), topicRoot: "orders" })
  .pass("begin", { route: { goes: "round" as string, until: "no time" } })
  .choice({ cases: [{ when: (route) => route.begin.goes.equals("to the step"), run: (way) => way.step(never) }] });
const waiting = begin.wait({ seconds: 3_600 });

interface ProcessOptions {
  readonly skipWaits?: boolean;
  /** IoT takes no message. */
  readonly isIotAway?: boolean;
  /** More fields of the definition. */
  readonly fields?: object;
}

async function useProcess(
  definition: FlowDefinition,
  { skipWaits = false, isIotAway = false, fields }: ProcessOptions = {},
) {
  vi.stubEnv("LOG_LEVEL", "WARN");
  onTestFinished(() => void vi.unstubAllEnvs());
  const stack = await useStack({ skipWaits });
  await stack.s3.createBucket("sidecars");
  const asl = { ...JSON.parse(renderAsl(definition)), ...fields };
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine({
    name: definition.name,
    definition: JSON.stringify(asl),
    roleArn: stack.roleArn,
  });
  const published = vi.spyOn(stack.iot, "publish");
  if (isIotAway) published.mockRejectedValue(new Error("IoT is away"));
  const config = clientConfig(stack);
  const clients = { stepFunctions: new SFNClient(config), s3: new S3Client(config) };
  const notify = createStatusNotifier({
    flow: definition,
    stateMachineArn,
    bucketName: "sidecars",
    ...clients,
    iotDataPlane: new IoTDataPlaneClient(config),
  });
  const ends: ExecutionEnd[] = [];
  stack.stepFunctions.onEnd(async (end) => void ends.push(end));
  const input = JSON.stringify({ processData: "txn-1", subtopic: "worker1" });
  const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn, name: "txn-1", input });
  /** What is told of the execution's end, the latest one. */
  const change = async () => {
    await stack.stepFunctions.completion(executionArn);
    const end = ends.at(-1);
    if (end === undefined) throw new Error(`The end of ${executionArn} was not told.`);
    return end;
  };
  return { stack, executionArn, notify, published, change };
}

const TOPIC = "orders/worker1/txn-1";

describe("createStatusNotifier", () => {
  test.each([
    ["SUCCEEDED", begin],
    ["FAILED", begin.fail({ error: "Refused" })],
  ])("says nothing of an execution that announced %s itself", async (word, definition) => {
    const { notify, published, change: changeOf } = await useProcess(definition);
    const change = await changeOf();

    expect(change.detail.status).toBe(word);
    expect(await notify(change)).toEqual({ outcome: "announced" });
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} ${word}`]);
  });

  test.each([
    ["SUCCEEDED", begin],
    ["FAILED", begin.fail({ error: "Refused" })],
  ])("makes up for a %s that was lost, once", async (word, definition) => {
    const {
      notify,
      published,
      change: changeOf,
    } = await useProcess(definition, {
      skipWaits: true,
      isIotAway: true,
    });
    const change = await changeOf();
    published.mockReset();

    expect([await notify(change), await notify(change)]).toEqual([{ outcome: "published" }, { outcome: "repeated" }]);
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} ${word}`]);
  });

  test("announces an abort, once", async () => {
    const { stack, executionArn, notify, published, change: changeOf } = await useProcess(waiting);
    await stack.stepFunctions.stopExecution({ executionArn });
    const change = await changeOf();

    expect(change.detail.status).toBe("ABORTED");
    expect([await notify(change), await notify(change)]).toEqual([{ outcome: "published" }, { outcome: "repeated" }]);
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} FAILED`]);
  });

  test.each([
    ["TIMED_OUT", waiting, { TimeoutSeconds: 1 }],
    ["FAILED", begin.wait({ until: (route) => route.begin.until }), {}],
  ])("announces what ended %s where no Catch could see it", async (status, definition, fields) => {
    const { notify, published, change: changeOf } = await useProcess(definition, { fields });
    const change = await changeOf();

    expect(change.detail.status).toBe(status);
    expect(published).not.toHaveBeenCalled();
    expect(await notify(change)).toEqual({ outcome: "published" });
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} FAILED`]);
  });

  test("announces each end of what is redriven, once, and leaves a failure that the flow decides to the machine", async () => {
    const redrivable = flow("Orders", { input: z.object({}), topicRoot: "orders", redrivable: true }).step(never);
    const {
      stack,
      executionArn,
      notify,
      published,
      change: changeOf,
    } = await useProcess(redrivable, {
      skipWaits: true,
    });
    const decided = await useProcess(
      redrivable.catch(["States.ALL"], (way) => way.fail({ error: "Refused" })),
      { skipWaits: true },
    );

    const outcomes = [];
    for (const redrive of [false, true, true]) {
      if (redrive) await stack.stepFunctions.redriveExecution({ executionArn });
      const change = await changeOf();
      outcomes.push(await notify(change), await notify(change));
    }

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(3).fill(["published", "repeated"]).flat());
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual(
      Array(3).fill(`${TOPIC} FAILED`),
    );
    expect(await decided.notify(await decided.change())).toEqual({ outcome: "announced" });
    expect(decided.published).toHaveBeenCalledTimes(1);
  });
});
