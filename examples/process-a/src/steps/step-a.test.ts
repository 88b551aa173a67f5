import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { stepA } from "./step-a.js";

test("step-a adds its output to what is there", async () => {
  const sidecar = { foo: "foo val", bar: "bar val" };

  const { document } = await testStep(stepA, { sidecar });

  expect(document).toMatchObject({
    ...sidecar,
    "step-a-output": {
      status: "ok",
      details: "nothing to share",
      stepAOutput1: "a1",
      stepAOutput2: false,
      stepAOutput3: 123,
    },
  });
});

test("step-a waits for 'bar'", async () => {
  const { error, document } = await testStep(stepA, { sidecar: { foo: "foo val" } });

  expect(error).toMatchObject({ name: "S3DataPreconditionError", message: expect.stringContaining("bar") });
  expect(document).toEqual({ foo: "foo val" });
});
