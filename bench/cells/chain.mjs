import { createRecords } from "../records.mjs";
import { readStats, resetStats } from "../stub/start-stub.mjs";
import { cpuMs, peakMb } from "./cpu.mjs";
import { CONTEXT, payloadOf } from "./payload.mjs";
import { startTransaction } from "./start-transaction.mjs";

/** Steps in a row, each of which reads what the one before it wrote, in a process of its own. Answers with what the row costs. */
const { handler, layout, steps, outputBytes } = JSON.parse(process.argv[2]);
const url = process.env.AWS_ENDPOINT_URL;

const { createStep } = await import(`../handlers/chain/${handler}.mjs`);
const output = { records: createRecords(outputBytes) };

// The first row warms up: a short one, for compiled code and an open connection.
await runRow(await startTransaction(layout, { foo: "x" }), 3);
const processData = await startTransaction(layout, { foo: "x" });
await resetStats(url);

const cpu = process.cpuUsage();
const start = performance.now();
await runRow(processData, steps);
const wallMs = performance.now() - start;

const { requests, bytesUp, bytesDown } = await readStats(url);
const cost = { wallMs, cpuMs: cpuMs(cpu), peakMb: peakMb(), requests, bytesUp, bytesDown };
// What the steps have to say and to hear: each output once up, and all but the last one once down.
const leastBytes = Buffer.byteLength(JSON.stringify(output)) * (2 * steps - 1);
process.send({ ...cost, bytesMoved: bytesUp + bytesDown, leastBytes });
process.disconnect();

async function runRow(key, count) {
  for (let index = 0; index < count; index += 1)
    await createStep(index, output)(payloadOf(key, `step-${index}`), CONTEXT);
}
