import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { stepD } from "./step-d.js";

test("step-d adds its output to what is there", async () => {
  const sidecar = { "step-c-output": { cProperty: "i like c" } };

  const { document } = await testStep(stepD, { sidecar });

  expect(document).toMatchObject({ ...sidecar, "step-d-output": { d: "d output" } });
});

test("step-d waits for 'step-c-output'", async () => {
  const { error, document } = await testStep(stepD, { sidecar: {} });

  expect(error).toMatchObject({ name: "S3DataPreconditionError", message: expect.stringContaining("step-c-output") });
  expect(document).toEqual({});
});
