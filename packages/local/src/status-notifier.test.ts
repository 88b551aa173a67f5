import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { LocalStack } from "@sfs3/local";
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
  const input = JSON.stringify({ processData: "txn-1", subtopic: "worker1" });
  const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn, name: "txn-1", input });
  return { stack, executionArn, notify, published };
}

/** As EventBridge says it. */
async function changeOf({ stepFunctions }: LocalStack, executionArn: string) {
  await stepFunctions.completion(executionArn);
  const { status, input, stopDate } = await stepFunctions.describeExecution({ executionArn });
  const detail = { executionArn, status, input, stopDate: stopDate?.getTime() };
  return { "detail-type": "Step Functions Execution Status Change", source: "aws.states", detail };
}

const TOPIC = "orders/worker1/txn-1";

describe("createStatusNotifier", () => {
  test.each([
    ["SUCCEEDED", begin],
    ["FAILED", begin.fail({ error: "Refused" })],
  ])("says nothing of an execution that announced %s itself", async (word, definition) => {
    const { stack, executionArn, notify, published } = await useProcess(definition);
    const change = await changeOf(stack, executionArn);

    expect(change.detail.status).toBe(word);
    expect(await notify(change)).toEqual({ outcome: "announced" });
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} ${word}`]);
  });

  test.each([
    ["SUCCEEDED", begin],
    ["FAILED", begin.fail({ error: "Refused" })],
  ])("makes up for a %s that was lost, once", async (word, definition) => {
    const { stack, executionArn, notify, published } = await useProcess(definition, {
      skipWaits: true,
      isIotAway: true,
    });
    const change = await changeOf(stack, executionArn);
    published.mockReset();

    expect([await notify(change), await notify(change)]).toEqual([{ outcome: "published" }, { outcome: "repeated" }]);
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} ${word}`]);
  });

  test("announces an abort, once", async () => {
    const { stack, executionArn, notify, published } = await useProcess(waiting);
    await stack.stepFunctions.stopExecution({ executionArn });
    const change = await changeOf(stack, executionArn);

    expect(change.detail.status).toBe("ABORTED");
    expect([await notify(change), await notify(change)]).toEqual([{ outcome: "published" }, { outcome: "repeated" }]);
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} FAILED`]);
  });

  test.each([
    ["TIMED_OUT", waiting, { TimeoutSeconds: 1 }],
    ["FAILED", begin.wait({ until: (route) => route.begin.until }), {}],
  ])("announces what ended %s where no Catch could see it", async (status, definition, fields) => {
    const { stack, executionArn, notify, published } = await useProcess(definition, { fields });
    const change = await changeOf(stack, executionArn);

    expect(change.detail.status).toBe(status);
    expect(published).not.toHaveBeenCalled();
    expect(await notify(change)).toEqual({ outcome: "published" });
    expect(published.mock.calls.map(([{ topic, payload }]) => `${topic} ${payload}`)).toEqual([`${TOPIC} FAILED`]);
  });
});
