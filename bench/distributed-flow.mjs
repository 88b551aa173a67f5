// A whole flow over 100,000 items on the local stack: its steps run in workers, its data lies in parts.
// node bench/distributed-flow.mjs [--items 100000]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { S3Client } from "@aws-sdk/client-s3";
import { deployFlows, startLocalStack, startProcess } from "@sfs3/local";
import { assembleStream } from "@sfs3/sdk/api";
import { labels } from "./flows/labels.mjs";
import { watchMemory } from "./watch-memory.mjs";

const { values } = parseArgs({ options: { items: { type: "string" } } });
const items = Number(values.items ?? 100_000);
const MODULE = fileURLToPath(new URL("./flows/labels.mjs", import.meta.url));
const BUCKET = "sfs3";
const MIB = 2 ** 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** What the main thread's heap holds, and not what garbage lies in it: engine, S3, what serves them. Unit: bytes. */
function heldBytes() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Every payload that the executions' own history shows: what their states are given, and what they give. */
async function payloadBytes(stack, executionArn) {
  const { events } = await stack.stepFunctions.getExecutionHistory({ executionArn });
  const payloads = events.flatMap((event) =>
    Object.values(event).flatMap((details) => [details?.input, details?.output].filter((text) => text !== undefined)),
  );
  return Math.max(...payloads.map((text) => Buffer.byteLength(text)));
}

/** What the children were started with, as the Map's results have it. */
async function childInputBytes(stack, txnId) {
  const { contents } = stack.s3.listObjectsV2(BUCKET, { prefix: `${txnId}/$sfs3/` });
  const files = contents.filter(({ key }) => /SUCCEEDED_\d+\.json$/.test(key));
  let most = 0;
  for (const { key } of files) {
    const children = JSON.parse((await stack.s3.getObject(BUCKET, key)).body.toString());
    most = Math.max(most, ...children.map(({ Input }) => Buffer.byteLength(Input)));
  }
  return most;
}

/** The process's whole document, put together piece by piece; who does it holds the journal's entries of all items. */
async function assembledBytes(stack, txnId) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const s3 = new S3Client({ endpoint: stack.url, region: "us-east-1", credentials });
  let bytes = 0;
  for await (const chunk of assembleStream(`${txnId}/`, { bucketName: BUCKET, s3 })) bytes += chunk.length;
  return bytes;
}

async function run(stack) {
  const deployment = await deployFlows(stack, { module: MODULE, flows: [{ flow: labels, exportName: "labels" }] });
  const heldBefore = heldBytes();
  const memory = watchMemory();
  const startedMs = performance.now();
  const started = await startProcess(stack, deployment, { flow: labels, input: { orders: items } });
  const { txnId, executionArn } = started;
  const { status, error, cause } = await stack.stepFunctions.completion(executionArn);
  const seconds = (performance.now() - startedMs) / 1_000;
  if (status !== "SUCCEEDED") throw new Error(`the execution is ${status}: ${error}: ${cause}`);
  const { atRest, peak } = memory();
  const heldAfter = heldBytes();
  const result = JSON.parse((await stack.s3.getObject(BUCKET, `${txnId}/total-output.json`)).body.toString());
  if (result.labels !== items) throw new Error(`${result.labels} labels were read`);
  const reading = watchMemory();
  const assembled = await assembledBytes(stack, txnId);
  return {
    seconds,
    atRest,
    peak,
    heldBefore,
    heldAfter,
    assembled,
    readingPeak: reading().peak,
    payload: await payloadBytes(stack, executionArn),
    child: await childInputBytes(stack, txnId),
  };
}

const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
const stack = await startLocalStack({ dataDir });
try {
  const { seconds, payload, child, assembled, ...memory } = await run(stack);
  const mib = (bytes) => `${(bytes / MIB).toFixed(0)} MiB`;
  process.stdout.write(`${items} items: ${seconds.toFixed(1)} s, ${(items / seconds).toFixed(0)} items/s\n`);
  process.stdout.write(
    `memory (RSS), the workers' included: ${mib(memory.atRest)} at rest, ${mib(memory.peak)} at most\n`,
  );
  process.stdout.write(
    `heap of the main thread, collected: ${mib(memory.heldBefore)} before, ${mib(memory.heldAfter)} after\n`,
  );
  process.stdout.write(`whole document, streamed: ${mib(assembled)}, ${mib(memory.readingPeak)} of memory at most\n`);
  process.stdout.write(`largest payload of a state: ${payload} bytes; largest input of a child: ${child} bytes\n`);
} finally {
  await stack.close();
  await rm(dataDir, { recursive: true, force: true });
}
