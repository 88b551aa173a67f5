import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRounds, runCell } from "../cells/run-cell.mjs";
import { BUCKET } from "../names.mjs";
import { aim, figure, verdicts } from "../report/figures.mjs";
import { spread, table } from "../report/markdown.mjs";
import { median, ratios } from "../report/statistics.mjs";
import { bundled } from "./bundled.mjs";

const ROUNDS = 21;

/** Modules of the AWS clients' dependencies that are CommonJS ask for a `require`. */
const ONE_FILE = {
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
};
/** Of the AWS clients their ES modules, of which only what is used goes in: as the Serverless template bundles. */
const ES_MODULES = { ...ONE_FILE, mainFields: ["module", "main"] };
/** What is imported late in files of its own: as the construct of `@sfs3/cdk` bundles. */
const SPLIT = { ...ES_MODULES, splitting: true };

const BY_HAND = { key: "by hand with zod", file: "by-hand-zod", bundling: ONE_FILE };
const STEP = { key: "sfs3 step", file: "sfs3", bundling: ONE_FILE, beside: BY_HAND };
const AGAIN = { ...BY_HAND, key: "by hand with zod, again", beside: BY_HAND };
const BY_HAND_ES = { key: "by hand with zod, ES modules", file: "by-hand-zod", bundling: ES_MODULES };
const STEP_ES = { key: "sfs3 step, ES modules", file: "sfs3", bundling: ES_MODULES, beside: BY_HAND_ES };
const BY_HAND_SPLIT = { key: "by hand with zod, ES modules, splitting", file: "by-hand-zod", bundling: SPLIT };
const STEP_SPLIT = { key: "sfs3 step, ES modules, splitting", file: "sfs3", bundling: SPLIT, beside: BY_HAND_SPLIT };
const HANDLERS = [
  BY_HAND,
  AGAIN,
  { key: "by hand, no zod", file: "by-hand", bundling: ONE_FILE, beside: BY_HAND },
  { key: "by hand over aws4fetch, no zod", file: "by-hand-aws4fetch", bundling: ONE_FILE, beside: BY_HAND },
  { key: "by hand over node:http, aws4, no zod", file: "by-hand-signed-http", bundling: ONE_FILE, beside: BY_HAND },
  STEP,
  BY_HAND_ES,
  STEP_ES,
  BY_HAND_SPLIT,
  STEP_SPLIT,
];

const COLUMNS = [
  "Lambda of one step, what its import loads",
  "bytes",
  "gzipped",
  "gzipped, above by hand so bundled",
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
  const bundles = await Promise.all(HANDLERS.map((handler, index) => writeBundle(join(folder, `${index}`), handler)));
  // The stub is not asked: nothing is called. The clients only want an endpoint to be made with.
  const url = "http://127.0.0.1:1";
  const cells = await inRounds(rounds, bundles, ({ path }) =>
    runCell("cold-start", { url, bucket: BUCKET, bundle: path }),
  );
  const lambdas = new Map(
    HANDLERS.map((handler, index) => [handler, { ...handler, ...bundles[index], answers: cells[index] }]),
  );
  const compared = HANDLERS.map((handler) => beside(lambdas.get(handler), lambdas.get(handler.beside ?? handler)));
  const of = (handler) => compared[HANDLERS.indexOf(handler)];
  const control = of(AGAIN).imports;
  const aims = [STEP, STEP_ES, STEP_SPLIT].flatMap((handler) => [
    aim(handler.key, "KB gzipped above", 15, [of(handler).gzippedAbove / 1024]),
    aim(handler.key, "import", 1.05, of(handler).imports, control),
  ]);
  const figures = [STEP, STEP_ES, STEP_SPLIT].flatMap((handler) => [
    figure(`${handler.key}: import`, of(handler).imports, control),
    figure(`${handler.key}: gzipped`, [of(handler).gzippedRatio]),
  ]);
  return {
    markdown: table(
      COLUMNS,
      compared.map((lambda) => rowOf(lambda, aims)),
    ),
    ratios: figures,
    aims,
  };
}

async function writeBundle(folder, { file, bundling }) {
  const { files, bytes, gzipped } = await bundled(`export { handler } from "./handlers/${file}.mjs";`, bundling);
  await mkdir(folder);
  for (const { name, contents } of files) await writeFile(join(folder, name), contents);
  return { path: join(folder, "index.mjs"), bytes, gzipped };
}

/** A Lambda beside the same work by hand in a bundle of the same kind. */
const beside = (lambda, byHand) => ({
  ...lambda,
  gzippedAbove: lambda.gzipped - byHand.gzipped,
  gzippedRatio: lambda.gzipped / byHand.gzipped,
  imports: ratios(lambda.answers, byHand.answers, "importMs"),
});

function rowOf({ key, bytes, gzipped, gzippedAbove, imports, answers }, aims) {
  const values = (field) => answers.map((cell) => cell[field]);
  return [
    key,
    bytes,
    gzipped,
    gzippedAbove,
    median(imports).toFixed(2),
    spread(values("importMs"), median(values("importMs"))),
    median(values("readyMs")).toFixed(0),
    verdicts(aims, key),
  ];
}
