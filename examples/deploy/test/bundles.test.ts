import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startLocalStack, startProcess } from "@sfs3/local";
import { functionPlaceholder, substitute } from "@sfs3/sdk/flow";
import { expect, onTestFinished, test } from "vitest";
import { orders } from "../src/flow.js";
import { readFile } from "./fixtures/template.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What `npm run build` does, into another folder. */
const buildInto = (folder: string): void => {
  const { scripts } = JSON.parse(readFile("package.json")) as { scripts: { build: string } };
  const [command = "", ...options] = scripts.build.replace("--outdir=dist", `--outdir=${folder}`).split(" ");
  const { status, stderr } = spawnSync(join(ROOT, "node_modules/.bin", command), options, {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The build ended with ${status}:\n${stderr}`);
};

test("what is built and what is generated run together: bundles as functions, the definition with their ARNs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sfs3-deploy-"));
  const stack = await startLocalStack({ dataDir: join(folder, "data") });
  onTestFinished(async () => {
    await stack.close();
    await rm(folder, { recursive: true });
  });
  buildInto(join(folder, "dist"));
  await stack.s3.createBucket("sidecars");
  for (const step of ["charge", "ship"]) {
    stack.lambda.createFunction({
      name: step,
      handler: { module: join(folder, "dist", step, "index.mjs"), path: [step] },
      timeoutSeconds: 20,
      environment: { BUCKET_NAME: "sidecars", TOPIC_ROOT: "orders", LOG_LEVEL: "ERROR" },
    });
  }
  const arns = Object.fromEntries(
    ["charge", "ship"].map((step) => [functionPlaceholder(step), stack.functionArn(step)]),
  );
  const { stateMachineArn } = await stack.stepFunctions.createStateMachine({
    name: "Orders",
    definition: substitute(readFile("asl/Orders.asl.json"), arns),
    roleArn: stack.roleArn,
  });

  const deployment = { bucket: "sidecars", stateMachineArns: { Orders: stateMachineArn } };
  const started = await startProcess(stack, deployment, { flow: orders, input: { orderId: "17", cents: 5 } });
  const { status, error, cause } = await stack.stepFunctions.completion(started.executionArn);

  expect({ status, error, cause }).toEqual({ status: "SUCCEEDED" });
  const sidecar = await stack.s3.getObject("sidecars", started.txnId);
  expect(JSON.parse(sidecar?.body.toString() ?? "")).toMatchObject({ "ship-output": { parcel: "17/receipt-17" } });
});
