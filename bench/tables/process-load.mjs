import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { typescriptLoader } from "@sfs3/cli";
import { deployFlows, startLocalStack, startProcess } from "@sfs3/local";
import { table } from "../report/markdown.mjs";

const EXECUTIONS = 1_000;
const SCRIPT = fileURLToPath(import.meta.url);
const MODULE = fileURLToPath(new URL("../../examples/process-a/src/flow.ts", import.meta.url));

/** ProcessA many times at once on one stack, and what became of it. In a process of its own, for its memory. */
export const processLoad = {
  name: "process-load",
  title: "a thousand executions of ProcessA at once",
  async measure() {
    const { status, stdout } = spawnSync(process.execPath, [SCRIPT], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The executions at once ended with ${status}.`);
    return { markdown: stdout.trim(), ratios: [], aims: [] };
  },
};

async function main() {
  const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
  const stack = await startLocalStack({ dataDir, lambda: { loader: typescriptLoader }, skipWaits: true });
  try {
    await measure(stack);
  } finally {
    await stack.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(stack) {
  const flows = await exportedFlows();
  const deployment = await deployFlows(stack, { module: MODULE, flows });
  const { flow } = flows.find(({ exportName }) => exportName === "processA");
  const start = performance.now();
  const started = await Promise.all(
    Array.from({ length: EXECUTIONS }, (_, index) =>
      startProcess(stack, deployment, { flow, input: { foo: `foo ${index}`, bar: "bar" } }),
    ),
  );
  const ended = await Promise.all(started.map(({ executionArn }) => stack.stepFunctions.completion(executionArn)));
  const seconds = (performance.now() - start) / 1000;
  const succeeded = ended.filter(({ status }) => status === "SUCCEEDED").length;
  const whole = (await Promise.all(started.map((one, index) => isWhole(stack, deployment, one, index)))).filter(
    Boolean,
  ).length;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const columns = ["executions at once", "succeeded", "sidecars whole", "seconds", "executions/s", "peak memory, MB"];
  const cells = [
    EXECUTIONS,
    succeeded,
    whole,
    seconds.toFixed(1),
    (EXECUTIONS / seconds).toFixed(0),
    peakMb.toFixed(0),
  ];
  console.log(table(columns, [cells]));
  if (succeeded !== EXECUTIONS || whole !== EXECUTIONS) throw new Error("Executions were lost.");
}

async function exportedFlows() {
  const { default: load } = await import(typescriptLoader);
  const module = await load(MODULE);
  return Object.entries(module)
    .filter(([exportName, value]) => exportName !== "default" && typeof value === "object" && "handlers" in value)
    .map(([exportName, flow]) => ({ exportName, flow }));
}

async function isWhole({ s3 }, { bucket }, { txnId }, index) {
  const object = await s3.getObject(bucket, txnId);
  const sidecar = JSON.parse(object.body.toString());
  return sidecar.foo === `foo ${index}` && "a b c d e f".split(" ").every((step) => `step-${step}-output` in sidecar);
}

if (process.argv[1] === SCRIPT) await main();
