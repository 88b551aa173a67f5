import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { stepC } from "./step-c.js";

test("step-c adds its output to what is there", async () => {
  const sidecar = { "step-b-output": { property1: "p1", property2: "p2" } };

  const { document } = await testStep(stepC, { sidecar });

  expect(document).toMatchObject({ ...sidecar, "step-c-output": { cProperty: "i like c" } });
});

test("step-c waits for 'step-b-output'", async () => {
  const { error, document } = await testStep(stepC, { sidecar: {} });

  expect(error).toMatchObject({ name: "S3DataPreconditionError", message: expect.stringContaining("step-b-output") });
  expect(document).toEqual({});
});
