import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { stepE } from "./step-e.js";

test("step-e adds its output to what is there", async () => {
  const sidecar = { "step-d-output": { d: "d output" } };

  const { document } = await testStep(stepE, { sidecar });

  expect(document).toMatchObject({ ...sidecar, "step-e-output": { e: "e output" } });
});

test("step-e waits for 'step-d-output'", async () => {
  const { error, document } = await testStep(stepE, { sidecar: {} });

  expect(error).toMatchObject({ name: "S3DataPreconditionError", message: expect.stringContaining("step-d-output") });
  expect(document).toEqual({});
});
