import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRounds, runCell } from "../cells/run-cell.mjs";
import { BUCKET } from "../names.mjs";
import { aim, figure, verdicts } from "../report/figures.mjs";
import { spread, table } from "../report/markdown.mjs";
import { median, ratios } from "../report/statistics.mjs";
import { bundled } from "./bundled.mjs";

const ROUNDS = 21;

const BY_HAND = { key: "by hand with zod", file: "by-hand-zod" };
const AGAIN = { key: "by hand with zod, again", file: "by-hand-zod" };
const STEP = { key: "sfs3 step", file: "sfs3" };
const HANDLERS = [
  BY_HAND,
  AGAIN,
  { key: "by hand, no zod", file: "by-hand" },
  { key: "by hand over aws4fetch, no zod", file: "by-hand-aws4fetch" },
  { key: "by hand over node:http, aws4, no zod", file: "by-hand-signed-http" },
  STEP,
];

/** Modules of the AWS clients' dependencies that are CommonJS ask for a `require`. */
const BANNER = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };

const COLUMNS = [
  "Lambda of one step, all bundled",
  "bytes",
  "gzipped",
  "gzipped, above by hand",
  "import ratio",
  "import ms (min-max)",
  "process start to ready, ms",
  "aims",
];

/** Bundles with everything in, and fresh processes that import them. */
export const coldStart = {
  name: "cold-start",
  title: "a Lambda's whole bundle, and its import",
  async measure({ rounds = ROUNDS }) {
    const folder = await mkdtemp(join(tmpdir(), "sfs3-bench-"));
    try {
      return await measureIn(folder, rounds);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measureIn(folder, rounds) {
  const bundles = await Promise.all(HANDLERS.map((handler, index) => writeBundle(folder, handler, index)));
  // The stub is not asked: nothing is called. The clients only want an endpoint to be made with.
  const url = "http://127.0.0.1:1";
  const cells = await inRounds(rounds, bundles, ({ path }) =>
    runCell("cold-start", { url, bucket: BUCKET, bundle: path }),
  );
  const answersOf = (handler) => cells[HANDLERS.indexOf(handler)];
  const imports = ratios(answersOf(STEP), answersOf(BY_HAND), "importMs");
  const control = ratios(answersOf(AGAIN), answersOf(BY_HAND), "importMs");
  const gzippedOf = (handler) => bundles[HANDLERS.indexOf(handler)].gzipped;
  const aims = [
    aim(STEP.key, "KB gzipped above", 15, [(gzippedOf(STEP) - gzippedOf(BY_HAND)) / 1024]),
    aim(STEP.key, "import", 1.05, imports, control),
  ];
  const figures = [
    figure(`${STEP.key}: import`, imports, control),
    figure(`${STEP.key}: gzipped`, [gzippedOf(STEP) / gzippedOf(BY_HAND)]),
  ];
  const rows = HANDLERS.map((handler) => rowOf(handler, { answersOf, bundles, gzippedOf, aims }));
  return { markdown: table(COLUMNS, rows), ratios: figures, aims };
}

async function writeBundle(folder, { file }, index) {
  const made = await bundled(`export { handler } from "./handlers/${file}.mjs";`, { banner: BANNER });
  const path = join(folder, `${index}.mjs`);
  await writeFile(path, made.contents);
  return { ...made, path };
}

function rowOf(handler, { answersOf, bundles, gzippedOf, aims }) {
  const own = answersOf(handler);
  const { bytes, gzipped } = bundles[HANDLERS.indexOf(handler)];
  const values = (field) => own.map((cell) => cell[field]);
  return [
    handler.key,
    bytes,
    gzipped,
    gzipped - gzippedOf(BY_HAND),
    median(ratios(own, answersOf(BY_HAND), "importMs")).toFixed(2),
    spread(values("importMs"), median(values("importMs"))),
    median(values("readyMs")).toFixed(0),
    verdicts(aims, handler.key),
  ];
}
