import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { useProcessAStack } from "./fixtures/synthesize.js";

test("what is deployed is what was last looked at: a change of it shows in the snapshot", async () => {
  const { Resources } = Template.fromStack(useProcessAStack({ bundles: false }).stack).toJSON();
  // Hashes of the functions' code are not what is looked at.
  const text = `${JSON.stringify(Resources, null, 2)}\n`.replaceAll(/[0-9a-f]{64}\.zip/g, "<code>.zip");

  await expect(text).toMatchFileSnapshot("snapshots/ProcessA.template.json");
});
