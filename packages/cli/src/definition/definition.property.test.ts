import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalStack } from "@sfs3/local";
import { renderAsl } from "@sfs3/sdk/flow";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { randomFlows } from "../fixtures/random-flows.js";
import { validateDefinition } from "./validate.js";

test("whatever the builder builds, both validators and the local engine accept", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sfs3-definitions-"));
  const stack = await startLocalStack({ dataDir });
  onTestFinished(async () => {
    await stack.close();
    await rm(dataDir, { recursive: true });
  });
  await fc.assert(
    fc.asyncProperty(randomFlows(), async (grown) => {
      const rendered = renderAsl(grown);

      expect(renderAsl(grown)).toBe(rendered);
      expect(await validateDefinition(rendered)).toEqual([]);
      const definition = rendered.replaceAll(/\$\{\w+StateMachineArn\}/g, stack.stateMachineArn("Started"));
      await stack.stepFunctions.createStateMachine({ name: grown.name, definition, roleArn: stack.roleArn });
    }),
    { numRuns: 80 },
  );
}, 120_000);
