import { setTimeout as sleep } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { assemble } from "@sfs3/sdk/api";
import { sizeOf } from "./folder-size.mjs";
import { judge } from "./memory-verdict.mjs";
import { readOptions } from "./options.mjs";
import { Stack } from "./stack.mjs";
import { LOCAL, statusesOf } from "./statuses.mjs";
import { workInFolder } from "./work-in-folder.mjs";
import { clientOf, WORKLOADS } from "./workload.mjs";

const USAGE = `Keeps the local stack under full load, and tells whether its memory stays flat and every execution succeeds.

Usage: npm run soak -- [--minutes <number>] [--at-once <number>] [--keep]

  --minutes  how long (default 30)
  --at-once  how many executions of each process are under way (default 10)
  --keep     keeps the data folder and the stack's log, and prints where they are

Ctrl-C ends it early, with a report of what was measured until then.`;

const options = readOptions(process.argv.slice(2), { usage: USAGE, numbers: { minutes: 30, "at-once": 10 } });

const PROBE = ["--expose-gc", "--import", new URL("memory-probe.mjs", import.meta.url).href];

const SAMPLES = 120;

/** No link is cut here. */
const STRAIGHT = { via: (url) => url };

/** What has come of the executions so far. */
const createTally = () => ({ started: 0, succeeded: 0, lost: [] });

const run = async (folder, interrupted) => {
  const stack = new Stack(folder, PROBE);
  await stack.start();
  try {
    const empty = await stack.memory();
    const load = createLoad(stack, interrupted);
    const samples = await sampled(stack, load.tally, interrupted);
    await load.ended();
    return { samples, ...(await reopened(stack, { empty, tally: load.tally })), tally: load.tally };
  } finally {
    await stack.stop();
  }
};

/** Starts to work at once, on so many executions of each process as are to be under way. */
const createLoad = (stack, interrupted) => {
  const tally = createTally();
  const s3 = new S3Client({ ...LOCAL, endpoint: stack.ready.url, forcePathStyle: true });
  const over = new AbortController();
  const world = { stack, s3, tally, over: AbortSignal.any([over.signal, interrupted]), interrupted };
  const working = WORKLOADS.map((workload) => work(workload, world));
  return {
    tally,
    /** Ends when all that was started has ended. Ctrl-C has reached the stack too: nothing under way then ends any more. */
    ended: async () => {
      over.abort();
      if (!interrupted.aborted) await Promise.all(working);
    },
  };
};

const work = async (workload, { stack, over, ...world }) => {
  const client = clientOf(workload, { ready: stack.ready, link: STRAIGHT });
  let next = 0;
  const worker = async () => {
    while (!over.aborted) await carryOne(client, { ...world, workload, index: next++ });
  };
  await Promise.all(Array.from({ length: options["at-once"] }, worker));
  await client.close();
};

/** An execution is lost that its client is not told of, or whose sidecar then is not whole. */
const carryOne = async (client, { workload, index, s3, tally, interrupted }) => {
  tally.started += 1;
  try {
    const { transactionId, completed } = await client.start(workload.input(index));
    await completed();
    const document = await assemble(workload.keyOf(transactionId), { bucketName: "sfs3", s3 });
    if (!workload.isWhole(document, index)) throw new Error(`The sidecar of ${transactionId} is not whole.`);
    tally.succeeded += 1;
  } catch (error) {
    if (!interrupted.aborted) tally.lost.push(`${workload.name} ${index}: ${error}`);
  }
};

const sampled = async (stack, tally, interrupted) => {
  const samples = [];
  const everyMs = (options.minutes * 60_000) / SAMPLES;
  try {
    while (samples.length < SAMPLES) {
      await sleep(everyMs, undefined, { signal: interrupted });
      const memory = await stack.memory();
      samples.push({ atMs: performance.now(), executions: tally.succeeded, ...memory });
      if (samples.length % 10 === 0) console.error(progressLine(samples.at(-1)));
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
  }
  return samples;
};

/** A stack that opens the folder anew holds its index and nothing else; and tells what has become of each execution. */
const reopened = async (stack, { empty, tally }) => {
  await stack.stop();
  const { bytes, files } = await sizeOf(stack.data);
  await stack.start();
  const memory = await stack.memory();
  const statuses = [];
  for (const { name } of WORKLOADS) statuses.push(...(await statusesOf(stack, name)).values());
  return {
    dataBytes: bytes,
    dataFiles: files,
    indexBytes: Math.max(0, memory.heapBytes - empty.heapBytes) / Math.max(1, tally.succeeded),
    kept: statuses.filter((status) => status === "SUCCEEDED").length,
  };
};

const mib = (bytes) => (bytes / 1024 ** 2).toFixed(0);
const kib = (bytes) => (bytes / 1024).toFixed(1);
const percent = (share) => `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)} %`;

const progressLine = ({ executions, rssBytes, heapBytes, workerHeapBytes, workers }) =>
  `${executions} executions; RSS ${mib(rssBytes)} MiB, heap ${mib(heapBytes)} MiB, heaps of ${workers} workers ${mib(workerHeapBytes)} MiB`;

const print = ({ tally, dataBytes, dataFiles, indexBytes }, { quarters, growth }) => {
  console.log("| quarter | executions so far | process (RSS), MiB | heap after GC, MiB | heaps of the workers, MiB |");
  console.log("| --- | --- | --- | --- | --- |");
  quarters.forEach(({ executions, rssBytes, heapBytes, workerHeapBytes, workers }, index) => {
    const ofWorkers = `${mib(workerHeapBytes)} (${workers})`;
    console.log(`| ${[index + 1, executions, mib(rssBytes), mib(heapBytes), ofWorkers].join(" | ")} |`);
  });
  console.log(
    `| last against second, without the index | | ${percent(growth.rssBytes)} | ${percent(growth.heapBytes)} | |`,
  );
  const each = Math.max(1, tally.succeeded);
  const onDisk = `${kib(dataBytes / each)} KiB in ${(dataFiles / each).toFixed(1)} files on disk, ${mib(dataBytes)} MiB in all`;
  console.log(`\nKept of each execution: ${kib(indexBytes)} KiB of index in memory; ${onDisk}.`);
  for (const lost of tally.lost.slice(0, 10)) console.log(`lost: ${lost}`);
};

/** Prints what was measured, and the verdict. @returns the exit code */
const tell = (report, isInterrupted) => {
  const judged = judge(report.samples, report.indexBytes);
  if (judged === undefined) {
    console.error("soak: interrupted before there was anything to judge");
    return 130;
  }
  print(report, judged);
  const { tally, kept } = report;
  const lost = tally.lost.length + Math.max(0, tally.succeeded - kept);
  const memory = judged.isFlat ? "memory is flat" : "memory is NOT flat";
  const executions = lost === 0 ? "no execution was lost" : `${lost} executions were LOST or failed`;
  console.log(`\nsoak${isInterrupted ? ", interrupted" : ""}: ${memory}, ${executions} of ${tally.started}`);
  if (!judged.isFlat || lost > 0) return 1;
  return isInterrupted ? 130 : 0;
};

await workInFolder("soak", options, async (folder, interrupted) =>
  tell(await run(folder, interrupted), interrupted.aborted),
);
