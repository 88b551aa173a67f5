import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setInterval } from "node:timers";
import { fileURLToPath } from "node:url";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createS3 } from "@sfs3/local";
import { blob, defineStep } from "@sfs3/sdk";
import * as z from "zod";

// Sends a blob of 1 GiB (or of the MiB given) through two steps of this process, the first of which writes it and the second
// reads it, and prints how much the process has grown. S3 is an embedded one in a process of its own.

const MB = 1024 * 1024;
const BUCKET = "sidecars";
const MAX_GROWTH_MB = 100;

/** Each step has the 15 minutes that a Lambda may take. */
const lambda = { getRemainingTimeInMillis: () => 900_000 };

if (process.send === undefined) await measure(Number(process.argv[2] ?? 1024) * MB);
else await serve(process.argv[2]);

async function serve(dataDir) {
  const s3 = await createS3({ dataDir });
  await s3.createBucket(BUCKET);
  const server = createServer(s3.handle).listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("disconnect", () => process.exit());
}

async function measure(sizeBytes) {
  const dataDir = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
  const server = fork(fileURLToPath(import.meta.url), [dataDir]);
  try {
    const [port] = await once(server, "message");
    await throughSteps(clientOf(port), sizeBytes);
  } finally {
    const exit = once(server, "exit");
    server.kill();
    await exit;
    await rm(dataDir, { recursive: true, force: true });
  }
}

function clientOf(port) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new S3Client({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", forcePathStyle: true, credentials });
}

async function throughSteps(s3, sizeBytes) {
  Object.assign(process.env, { BUCKET_NAME: BUCKET, TOPIC_ROOT: "bench", LOG_LEVEL: "ERROR" });
  const small = stepsFor(s3, 16 * MB);
  await run(s3, "warm-up", small);
  const large = stepsFor(s3, sizeBytes);
  const before = process.memoryUsage.rss();
  const peak = watchPeak();
  const times = await run(s3, "measured", large);
  const growthMb = (peak() - before) / MB;
  if (large.hashes.read !== large.hashes.written) throw new Error("What was read is not what was written.");
  for (const [step, seconds] of Object.entries(times)) {
    const rate = sizeBytes / MB / seconds;
    console.log(`${step.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${rate.toFixed(0).padStart(5)} MiB/s`);
  }
  console.log(`the process of the steps grew by ${growthMb.toFixed(0)} MiB, from ${(before / MB).toFixed(0)} MiB`);
  if (growthMb >= MAX_GROWTH_MB) throw new Error(`That is more than ${MAX_GROWTH_MB} MiB.`);
}

function stepsFor(s3, sizeBytes) {
  const hashes = {};
  const options = { notify: "none", clients: { s3 } };
  const File = z.object({ file: blob() });
  const write = defineStep(z.object({}), File, () => ({ file: generate(sizeBytes, hashes) }), {
    ...options,
    name: "write",
  });
  const read = defineStep(
    z.object({ "write-output": File }),
    z.object({ bytes: z.number() }),
    async ({ "write-output": { file } }) => {
      const hash = createHash("sha256");
      for await (const chunk of file.stream()) hash.update(chunk);
      hashes.read = hash.digest("hex");
      return { bytes: file.size };
    },
    { ...options, name: "read" },
  );
  return { write, read, hashes };
}

function generate(sizeBytes, hashes) {
  const hash = createHash("sha256");
  const seed = createHash("shake256", { outputLength: MB }).update("blob").digest();
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < sizeBytes; sent += MB) {
        const chunk = Buffer.from(seed);
        chunk.writeUInt32BE(sent / MB);
        hash.update(chunk);
        yield chunk;
      }
      hashes.written = hash.digest("hex");
    })(),
  );
}

async function run(s3, transaction, { write, read }) {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: transaction, Body: "{}" }));
  const times = {};
  for (const [name, step] of Object.entries({ write, read })) {
    const startedMs = performance.now();
    await step({ processData: transaction }, lambda);
    times[name] = (performance.now() - startedMs) / 1000;
  }
  return times;
}

function watchPeak() {
  let peak = process.memoryUsage.rss();
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}
