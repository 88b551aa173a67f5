import { testStep } from "@sfs3/sdk/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stepF } from "./step-f.js";

const DOWNSTREAM = "arn:aws:states:us-east-1:000000000000:stateMachine:Downstream";
const sidecar = { "step-e-output": { e: "e output" } };

beforeEach(() => vi.stubEnv("DOWNSTREAM_STATE_MACHINE_ARN", DOWNSTREAM));
afterEach(() => vi.unstubAllEnvs());

test("step-f starts the downstream process with the same payload and keeps its ARN", async () => {
  const event = { processData: "0x58fe985b67000000", subtopic: "worker1" };

  const { document, executions } = await testStep(stepF, { sidecar, event });

  expect(executions).toEqual([
    expect.objectContaining({ stateMachineArn: DOWNSTREAM, input: event, name: "0x58fe985b67000000-step-f" }),
  ]);
  expect(document["step-f-output"]).toEqual({
    downstreamExecutionArn: "arn:aws:states:us-east-1:000000000000:execution:Downstream:0x58fe985b67000000-step-f",
  });
});

test("step-f says which variable it lacks", async () => {
  vi.stubEnv("DOWNSTREAM_STATE_MACHINE_ARN", undefined);

  const { error } = await testStep(stepF, { sidecar });

  expect(error?.message).toContain("DOWNSTREAM_STATE_MACHINE_ARN is not set");
});
