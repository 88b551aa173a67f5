import { inRounds, runCell } from "../cells/run-cell.mjs";
import { BUCKET, FROZEN_BUCKET, txnIdOf } from "../names.mjs";
import { aim, figure, verdicts } from "../report/figures.mjs";
import { spread, table } from "../report/markdown.mjs";
import { median, ratios } from "../report/statistics.mjs";
import { freezeStub, withStub } from "../stub/start-stub.mjs";

/**
 * A step of the SDK beside the same work by other means. Ratios within one run are what counts: rounds are interleaved, each cell
 * has a process of its own, CPU is that of the handler's process only, and the first handler runs twice, under two names: how
 * far "again" is from 1.00 is the noise of this run.
 */
const BY_HAND = { label: "by hand", file: "by-hand" };
const AGAIN = { label: "by hand, again", file: "by-hand" };
const WITH_ZOD = { label: "by hand, zod for what it reads", file: "by-hand-zod" };
const READ_ALL = { label: "read all, write all", file: "read-all-write-all" };
const DOCUMENT = { label: "**sfs3 step**, document", file: "sfs3", key: "sfs3 document" };
const PARTS = { label: "**sfs3 step**, parts", file: "sfs3", key: "sfs3 parts", layout: "parts" };

const ALL = [
  BY_HAND,
  AGAIN,
  WITH_ZOD,
  { label: "by hand, zod for the document", file: "by-hand-zod-document" },
  READ_ALL,
  { label: "middy", file: "middy" },
  { label: "Powertools parser, idempotency", file: "powertools" },
  { label: "middy-store", file: "middy-store" },
  { label: "by hand over aws4fetch", file: "by-hand-aws4fetch" },
  { label: "by hand over node:http, aws4", file: "by-hand-signed-http" },
  { label: "floor: node:http, aws4, spliced", file: "floor" },
  { label: "sfs3 step over node:http, aws4", file: "sfs3-signed-http" },
  DOCUMENT,
  PARTS,
];

const KB = 1024;
const MB = 1024 ** 2;

/** Large sidecars are few calls, and their code is warmed up on smaller ones, which come before them in this list. */
const SIZES = [
  { label: "1 KB", bytes: KB, iterations: 60, warmUp: 60, rounds: 5 },
  { label: "100 KB", bytes: 100 * KB, iterations: 40, warmUp: 30, rounds: 5 },
  { label: "1 MB", bytes: MB, iterations: 15, warmUp: 8, rounds: 5 },
  { label: "10 MB", bytes: 10 * MB, warmUpBytes: MB, iterations: 3, warmUp: 8, rounds: 3 },
  { label: "100 MB", bytes: 100 * MB, warmUpBytes: MB, iterations: 1, warmUp: 8, rounds: 2 },
];

/** Waiting is no work: at a distance fewer calls say as much. */
const AT_A_DISTANCE = SIZES.map((size) => ({
  ...size,
  iterations: Math.min(size.iterations, 15),
  warmUp: Math.min(size.warmUp, 30),
  rounds: Math.min(size.rounds, 3),
}));

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
  "peak ratio",
  "aims, of CPU",
];

export const step = {
  name: "step",
  title: "a step beside the same work by other means, 1 KB to 100 MB",
  measure: (options) => measure({ ...options, latencyMs: 0, handlers: ALL, sizes: SIZES }),
};

export const stepAtADistance = {
  name: "step-10ms",
  title: "the same with 10 ms between handler and S3",
  measure: (options) =>
    measure({
      ...options,
      latencyMs: 10,
      handlers: [BY_HAND, AGAIN, WITH_ZOD, READ_ALL, DOCUMENT, PARTS],
      sizes: AT_A_DISTANCE,
    }),
};

async function measure({ rounds, latencyMs, handlers, sizes }) {
  return withStub(latencyMs, async (url) => {
    const rows = [];
    const judged = { ratios: [], aims: [] };
    for (const size of sizes) {
      await prepare(size.bytes, url);
      const cells = await inRounds(rounds ?? size.rounds, handlers, (handler) => measureCell(handler, size, url));
      const answersOf = (handler) => cells[handlers.indexOf(handler)];
      for (const handler of handlers.filter(({ key }) => key !== undefined)) judge(handler, size, answersOf, judged);
      rows.push(...handlers.map((handler) => rowOf(handler, size, answersOf, judged.aims)));
    }
    return { markdown: table(COLUMNS, rows), ...judged };
  });
}

async function prepare(bytes, url) {
  const txnId = txnIdOf(bytes);
  await runCell("prepare", { url, bucket: BUCKET, txnId, bytes });
  await freezeStub(url, txnId);
}

function measureCell({ file, layout }, { bytes, warmUpBytes = bytes, iterations, warmUp }, url) {
  const pointer = (size) => `${txnIdOf(size)}${layout === "parts" ? "/" : ""}`;
  return runCell("step", {
    url,
    bucket: FROZEN_BUCKET,
    handler: file,
    processData: pointer(bytes),
    warmUpProcessData: pointer(warmUpBytes),
    iterations,
    warmUp,
  });
}

const cellOf = ({ key }, { label }) => `${label}, ${key}`;

const FIELDS = {
  CPU: "cpuMs",
  wall: "wallMs",
  peak: "peakMb",
  requests: "requests",
  "bytes up": "bytesUp",
  "bytes down": "bytesDown",
};

function judge(handler, size, answersOf, { ratios: figures, aims }) {
  const own = answersOf(handler);
  const base = answersOf(BY_HAND);
  const control = (field) => ratios(answersOf(AGAIN), base, field);
  const cell = cellOf(handler, size);
  for (const [name, field] of Object.entries(FIELDS)) {
    figures.push(figure(`${cell}: ${name}`, ratios(own, base, field), control(field)));
  }
  if (handler !== DOCUMENT) return;
  aims.push(aim(cell, "of by hand with zod", 1, ratios(own, answersOf(WITH_ZOD), "cpuMs"), control("cpuMs")));
  if (size.bytes < MB) return;
  aims.push(aim(cell, "of by hand", size.bytes < 10 * MB ? 0.45 : 0.35, ratios(own, base, "cpuMs"), control("cpuMs")));
}

function rowOf(handler, size, answersOf, aims) {
  const own = answersOf(handler);
  const values = (field) => own.map((cell) => cell[field]);
  const of = (field) => median(values(field));
  const ratio = (field) => median(ratios(own, answersOf(BY_HAND), field)).toFixed(2);
  return [
    size.label,
    handler.label,
    ratio("cpuMs"),
    spread(values("cpuMs"), of("cpuMs")),
    ratio("wallMs"),
    spread(values("wallMs"), of("wallMs")),
    of("requests"),
    of("bytesUp"),
    of("bytesDown"),
    of("coldMs").toFixed(0),
    of("peakMb").toFixed(0),
    ratio("peakMb"),
    verdicts(aims, cellOf(handler, size)),
  ];
}
