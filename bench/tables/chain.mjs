import { inRounds, runCell } from "../cells/run-cell.mjs";
import { BUCKET } from "../names.mjs";
import { aim, figure, verdicts } from "../report/figures.mjs";
import { spread, table } from "../report/markdown.mjs";
import { median, ratios } from "../report/statistics.mjs";
import { withStub } from "../stub/start-stub.mjs";

const STEPS = 20;
const OUTPUT_BYTES = 1024 ** 2;
const ROUNDS = 3;

const READ_ALL = { key: "read all, write all", handler: "read-all-write-all", layout: "document" };
const OWN_ZOD = {
  key: "read all, write all, zod for what it reads",
  handler: "read-all-write-all-own-zod",
  layout: "document",
};
const DOCUMENT = { key: "sfs3, document", handler: "sfs3", layout: "document" };
const PARTS = { key: "sfs3, parts", handler: "sfs3", layout: "parts" };
const HANDLERS = [READ_ALL, OWN_ZOD, DOCUMENT, PARTS];

const COLUMNS = [
  "20 steps of 1 MB",
  "wall ratio",
  "wall ms (min-max)",
  "CPU ratio",
  "CPU ms (min-max)",
  "requests to S3",
  "MB up",
  "MB down",
  "moved / read and written",
  "peak MB",
  "aims",
];

/** Steps in a row that write 1 MB each and read the 1 MB of the step before. */
export const chain = {
  name: "chain",
  title: "twenty steps in a row that write 1 MB each",
  async measure({ rounds = ROUNDS }) {
    const task = { bucket: BUCKET, steps: STEPS, outputBytes: OUTPUT_BYTES };
    const cells = await withStub(0, (url) =>
      inRounds(rounds, HANDLERS, ({ handler, layout }) => runCell("chain", { ...task, url, handler, layout })),
    );
    const answersOf = (handler) => cells[HANDLERS.indexOf(handler)];
    const aims = aimsOf(answersOf);
    const rows = HANDLERS.map((handler) => rowOf(handler, answersOf, aims));
    return { markdown: table(COLUMNS, rows), ratios: figuresOf(answersOf), aims };
  },
};

const FIELDS = { wall: "wallMs", CPU: "cpuMs", "bytes moved": "bytesMoved", requests: "requests", peak: "peakMb" };

const figuresOf = (answersOf) =>
  [DOCUMENT, PARTS].flatMap((handler) =>
    Object.entries(FIELDS).map(([name, field]) =>
      figure(`${handler.key}: ${name}`, ratios(answersOf(handler), answersOf(READ_ALL), field)),
    ),
  );

const aimsOf = (answersOf) => [
  ...[READ_ALL, OWN_ZOD].map((other) =>
    aim(PARTS.key, `wall, of '${other.key}'`, 0.1, ratios(answersOf(PARTS), answersOf(other), "wallMs")),
  ),
  aim(
    PARTS.key,
    "moved",
    1.01,
    answersOf(PARTS).map(({ bytesMoved, leastBytes }) => bytesMoved / leastBytes),
  ),
];

function rowOf(handler, answersOf, aims) {
  const own = answersOf(handler);
  const values = (field) => own.map((cell) => cell[field]);
  const of = (field) => median(values(field));
  const ratio = (field) => median(ratios(own, answersOf(READ_ALL), field)).toFixed(2);
  return [
    handler.key,
    ratio("wallMs"),
    spread(values("wallMs"), of("wallMs"), 0),
    ratio("cpuMs"),
    spread(values("cpuMs"), of("cpuMs"), 0),
    of("requests"),
    (of("bytesUp") / 1024 ** 2).toFixed(1),
    (of("bytesDown") / 1024 ** 2).toFixed(1),
    (of("bytesMoved") / of("leastBytes")).toFixed(3),
    of("peakMb").toFixed(0),
    verdicts(aims, handler.key),
  ];
}
