import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { downstreamB } from "./downstream-b.js";

test("downstream-b adds its output to what is there", async () => {
  const { document } = await testStep(downstreamB, { sidecar: { "downstream-a-output": { received: "foo val" } } });

  expect(document["downstream-b-output"]).toEqual({ length: 7 });
});
