import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { readStats, resetStats } from "../stub/start-stub.mjs";
import { cpuMs } from "./cpu.mjs";
import { CONTEXT, payloadOf } from "./payload.mjs";
import { startTransaction } from "./start-transaction.mjs";

/**
 * Writers of one sidecar, all at once: a process for all of them, but clients, and so connections, for each. Answers with the
 * requests that it took, as the stub counted them, and how many outputs are not there.
 */
const { handler, layout, writers } = JSON.parse(process.argv[2]);
const url = process.env.AWS_ENDPOINT_URL;

const { createWriter } = await import(`../handlers/writers/${handler}.mjs`);
const steps = Array.from({ length: writers }, (_, index) =>
  createWriter(index, { s3: new S3Client({}), iot: new IoTDataPlaneClient({}) }),
);

// Each writer's connection is open and its code compiled: as many transactions, each with one writer.
await Promise.all(steps.map(async (step, index) => run(step, index, await startTransaction(layout, { foo: "x" }))));
const processData = await startTransaction(layout, { foo: "x" });
await resetStats(url);

const cpu = process.cpuUsage();
const start = performance.now();
await Promise.all(steps.map((step, index) => run(step, index, processData)));
const seconds = (performance.now() - start) / 1000;

const { requests, GET, PUT, HEAD, lostRaces } = await readStats(url);
const lost = writers - (await outputsOf(processData));
process.send({ requests, gets: GET + HEAD, puts: PUT, lostRaces, lost, seconds, cpuMs: cpuMs(cpu) });
process.disconnect();

function run(step, index, key) {
  return step(payloadOf(key, `writer-${index}`), CONTEXT);
}

async function outputsOf(key) {
  const s3 = new S3Client({});
  const Bucket = process.env.BUCKET_NAME;
  const isOutput = (name) => /^writer-\d+-output$/.test(name);
  if (layout === "document") {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return Object.keys(JSON.parse(await Body.transformToString())).filter(isOutput).length;
  }
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key }));
  return Contents.map(({ Key }) => Key.slice(key.length).replace(/\.json$/, "")).filter(isOutput).length;
}
