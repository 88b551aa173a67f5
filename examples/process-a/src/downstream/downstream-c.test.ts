import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { downstreamC } from "./downstream-c.js";

test("downstream-c adds its output to what is there", async () => {
  const { document } = await testStep(downstreamC, { sidecar: { "downstream-b-output": { length: 7 } } });

  expect(document["downstream-c-output"]).toEqual({ done: true });
});
