import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createDocument } from "./document.mjs";

/**
 * A step of the SDK beside handlers written by hand. Ratios within one run are what counts: rounds are interleaved, each
 * cell has a process of its own, CPU is that of the handler's process only, and the first handler runs twice, under two
 * names: how far "again" is from 1.00 is the noise of this run.
 */
const HANDLERS = [
  { label: "by hand", file: "hand-written" },
  { label: "by hand, again", file: "hand-written" },
  { label: "by hand, zod for what it reads", file: "zod-own-input" },
  { label: "by hand, zod for the document", file: "zod-whole-document" },
  { label: "**sfs3 step**", file: "sfs3" },
];

const SIZES = [
  { label: "1 KB", bytes: 1024, iterations: 100, warmUp: 60 },
  { label: "100 KB", bytes: 100 * 1024, iterations: 50, warmUp: 30 },
  { label: "1 MB", bytes: 1024 ** 2, iterations: 20, warmUp: 8 },
  { label: "10 MB", bytes: 10 * 1024 ** 2, iterations: 5, warmUp: 2 },
];

const ROUNDS = 5;

const COLUMNS = [
  "sidecar",
  "handler",
  "CPU ratio",
  "CPU ms (min-max)",
  "wall ratio",
  "wall ms (min-max)",
  "requests",
  "bytes up",
  "bytes down",
  "cold CPU ms",
  "peak MB",
];

/** Prints the table. */
export async function measureSteps() {
  const stub = fork(file("stub.mjs"), { stdio: "inherit" });
  const [{ port }] = await once(stub, "message");
  const url = `http://127.0.0.1:${port}`;
  console.log(row(COLUMNS));
  console.log(row(COLUMNS.map(() => "---")));
  for (const size of SIZES) {
    await fetch(`${url}/__document`, { method: "POST", body: createDocument(size.bytes) });
    for (const line of await measureSize(size, url)) console.log(row(line));
  }
  stub.disconnect();
}

async function measureSize({ label, iterations, warmUp }, url) {
  const cells = HANDLERS.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, handler] of HANDLERS.entries())
      cells[index].push(await measure(handler.file, { iterations, warmUp, url }));
  }
  return HANDLERS.map((handler, index) => [label, handler.label, ...figures(cells[index], cells[0])]);
}

function figures(own, base) {
  const of = (field) => median(own.map((cell) => cell[field]));
  const ratio = (field) => (of(field) / median(base.map((cell) => cell[field]))).toFixed(2);
  const range = (field) => {
    const values = own.map((cell) => cell[field]);
    return `${of(field).toFixed(1)} (${Math.min(...values).toFixed(1)}-${Math.max(...values).toFixed(1)})`;
  };
  const counts = ["requests", "bytesUp", "bytesDown"].map(of);
  return [
    ratio("cpuMs"),
    range("cpuMs"),
    ratio("wallMs"),
    range("wallMs"),
    ...counts,
    of("coldMs").toFixed(0),
    of("peakMb").toFixed(0),
  ];
}

async function measure(handler, { iterations, warmUp, url }) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    // It would be printed once a cell, a hundred times.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    BUCKET_NAME: "bench",
    TOPIC_ROOT: "bench",
  };
  // What the step logs, it logs: the line is paid for, and dropped.
  const stdio = ["ignore", "ignore", "inherit", "ipc"];
  const cell = fork(file("cell.mjs"), [handler, iterations, warmUp].map(String), { env, stdio });
  const answer = once(cell, "message");
  const [code] = await once(cell, "exit");
  if (code !== 0) throw new Error(`The cell of '${handler}' ended with ${code}.`);
  return (await answer)[0];
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (cells) => `| ${cells.join(" | ")} |`;
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
