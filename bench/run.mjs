import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { documentOf } from "./schemas.mjs";

/**
 * A step of the SDK beside a hand-written handler, with and without zod. Ratios within one run are what counts: rounds
 * are interleaved, each cell has a process of its own, CPU is that of the handler's process only.
 */
const HANDLERS = ["hand-written", "hand-written-zod", "sfs3"];

const SIZES = [
  { label: "1 KB", bytes: 1024, iterations: 200 },
  { label: "100 KB", bytes: 100 * 1024, iterations: 100 },
  { label: "1 MB", bytes: 1024 ** 2, iterations: 30 },
  { label: "10 MB", bytes: 10 * 1024 ** 2, iterations: 6 },
];

const ROUNDS = 3;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const stub = fork(here("stub.mjs"));
const [{ port }] = await once(stub, "message");
const url = `http://127.0.0.1:${port}`;
const env = {
  ...process.env,
  AWS_ENDPOINT_URL: url,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  BUCKET_NAME: "bench",
  TOPIC_ROOT: "bench",
  LOG_LEVEL: "ERROR",
};

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function measure(handler, iterations) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [here("cell.mjs"), handler, String(iterations)], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${handler} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

console.log(`Node ${process.version}, ${ROUNDS} interleaved rounds, medians per invocation; ratios to hand-written in this run\n`);
console.log("| sidecar | handler | CPU ms | CPU ratio | wall ms | wall ratio | requests | bytes up | bytes down |");
console.log("|---|---|---|---|---|---|---|---|---|");

for (const { label, bytes, iterations } of SIZES) {
  await fetch(`${url}/__document`, { method: "POST", body: documentOf(bytes) });
  const cells = new Map(HANDLERS.map((handler) => [handler, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const handler of HANDLERS) cells.get(handler).push(measure(handler, iterations));
  }
  const of = (handler, field) => median(cells.get(handler).map((cell) => cell[field]));
  for (const handler of HANDLERS) {
    const ratio = (field) => (of(handler, field) / of("hand-written", field)).toFixed(2);
    const row = [label, handler, of(handler, "cpuMs").toFixed(2), ratio("cpuMs"), of(handler, "wallMs").toFixed(2), ratio("wallMs"), of(handler, "requests"), of(handler, "bytesIn"), of(handler, "bytesOut")];
    console.log(`| ${row.join(" | ")} |`);
  }
}
stub.disconnect();
