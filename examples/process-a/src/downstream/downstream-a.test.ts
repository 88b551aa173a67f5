import { testStep } from "@sfs3/sdk/testing";
import { expect, test } from "vitest";
import { downstreamA } from "./downstream-a.js";

test("downstream-a adds its output to what is there", async () => {
  const { document } = await testStep(downstreamA, { sidecar: { foo: "foo val", bar: "bar val" } });

  expect(document["downstream-a-output"]).toEqual({ received: "foo val" });
});
