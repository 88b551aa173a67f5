import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, onTestFinished, test } from "vitest";
import { processAStack } from "../deploy/stack.js";

/** The template without what differs from machine to machine: hashes of the functions' code. */
function template(): Record<string, unknown> {
  const outdir = mkdtempSync(join(tmpdir(), "sfs3-process-a-"));
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }));
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  const app = new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] } });
  const text = JSON.stringify(Template.fromStack(processAStack(app)).toJSON());
  return JSON.parse(text.replaceAll(/[0-9a-f]{64}\.zip/g, "<code>.zip"));
}

test("what is deployed is what was last looked at: a change of it shows in the snapshot", async () => {
  const { Resources } = template();

  await expect(`${JSON.stringify(Resources, null, 2)}\n`).toMatchFileSnapshot("snapshots/ProcessA.template.json");
});
