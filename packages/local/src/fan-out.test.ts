import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LocalStack, startLocalStack } from "@sfs3/local";
import type { FlowDefinition } from "@sfs3/sdk/flow";
import { beforeAll, expect, test } from "vitest";
import { type Deployment, deployFlows, startProcess } from "./index.js";

const MODULE = fileURLToPath(new URL("./fixtures/labels.mjs", import.meta.url));
const { inline, distributed, tolerant } = (await import(MODULE)) as Record<
  "inline" | "distributed" | "tolerant",
  FlowDefinition
>;
const FLOWS = Object.entries({ inline, distributed, tolerant }).map(([exportName, flow]) => ({ flow, exportName }));

let stack: LocalStack;
let deployment: Deployment;

// One for all: each process has its own sidecar and history, and warm workers are what takes the time.
beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "sfs3-stack-"));
  stack = await startLocalStack({ dataDir, skipWaits: true });
  deployment = await deployFlows(stack, { module: MODULE, flows: FLOWS });
  return async () => {
    await stack.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
});

async function run(flow: FlowDefinition, words: string) {
  const { txnId, executionArn } = await startProcess(stack, deployment, { flow, input: { words } });
  const { status, error, cause, output } = await stack.stepFunctions.completion(executionArn);
  const read = async (name: string) => {
    const found = await stack.s3.getObject(deployment.bucket, `${txnId}/${name}`);
    return JSON.parse(String(found?.body));
  };
  const { events } = await stack.stepFunctions.getExecutionHistory({ executionArn });
  return { status, error, cause, output, read, history: JSON.stringify(events), txnId };
}

test.each([
  ["an inline map", inline],
  ["a distributed map", distributed],
])("%s that nobody counted works on each item, and the next step reads all of them in order", async (_, flow) => {
  const { status, cause, read } = await run(flow, "a b c d e");

  expect({ status, cause }).toMatchObject({ status: "SUCCEEDED" });
  expect(await read("all-output.json")).toEqual({ texts: ["A", "B", "C", "D", "E"] });
});

test.each([
  ["an inline map", inline],
  ["a distributed map", distributed],
])("%s over no items is followed by an empty array", async (_, flow) => {
  const { status, cause, read } = await run(flow, "");

  expect({ status, cause }).toMatchObject({ status: "SUCCEEDED" });
  expect(await read("all-output.json")).toEqual({ texts: [] });
});

test("no data of a distributed map gets into its executions", async () => {
  const { history, read, txnId } = await run(distributed, "secret secret secret");

  expect(await read("all-output.json")).toEqual({ texts: ["SECRET", "SECRET", "SECRET"] });
  expect(history.toLowerCase()).not.toContain("secret");
  const { contents } = stack.s3.listObjectsV2(deployment.bucket, { prefix: `${txnId}/$sfs3/lines/` });
  const results = await Promise.all(contents.map(({ key }) => stack.s3.getObject(deployment.bucket, key)));
  expect(results.length).toBeGreaterThan(1);
  for (const result of results) expect(String(result?.body).toLowerCase()).not.toContain("secret");
});

test("an item that may fail leaves a gap; one more fails the map", async () => {
  const one = await run(tolerant, "bad b c");
  const two = await run(tolerant, "bad b bad");

  expect(one.status).toBe("SUCCEEDED");
  expect(await one.read("all-output.json")).toEqual({ texts: ["-", "B", "C"] });
  expect(two).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
});
