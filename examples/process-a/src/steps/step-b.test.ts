import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { stepB } from "./step-b.js";

test("step-b adds its output to what is there", async () => {
  const sidecar = {
    "step-a-output": {
      status: "ok",
      details: "nothing to share",
      stepAOutput1: "a1",
      stepAOutput2: false,
      stepAOutput3: 123,
    },
  };

  const { document } = await testStep(stepB, { sidecar });

  expect(document).toMatchObject({ ...sidecar, "step-b-output": { property1: "p1", property2: "p2" } });
});

test("step-b waits for 'step-a-output'", async () => {
  const { error, document } = await testStep(stepB, { sidecar: {} });

  expect(error).toMatchObject({ name: "S3DataPreconditionError", message: expect.stringContaining("step-a-output") });
  expect(document).toEqual({});
});
