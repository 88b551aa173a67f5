import { inRounds, runCell } from "../cells/run-cell.mjs";
import { BUCKET } from "../names.mjs";
import { aim, figure, verdicts } from "../report/figures.mjs";
import { spread, table } from "../report/markdown.mjs";
import { median, ratios } from "../report/statistics.mjs";
import { withStub } from "../stub/start-stub.mjs";

const WRITERS = 100;
const LATENCY_MS = 20;
const ROUNDS = 3;

const READ_ALL = { key: "read all, write all", handler: "read-all-write-all", layout: "document" };
const JITTER = { key: "by hand, plain full jitter", handler: "by-hand", layout: "document" };
const DOCUMENT = { key: "sfs3, document", handler: "sfs3", layout: "document" };
const PARTS = { key: "sfs3, parts", handler: "sfs3", layout: "parts" };
const HANDLERS = [READ_ALL, JITTER, DOCUMENT, PARTS];

const COLUMNS = [
  "100 writers, 20 ms",
  "outputs lost",
  "requests to S3 (min-max)",
  "of plain full jitter",
  "GET, HEAD",
  "PUT",
  "lost races",
  "seconds (min-max)",
  "CPU ms",
  "aims",
];

/** Writers of one sidecar at once, each with connections of its own. */
export const contention = {
  name: "contention",
  title: "a hundred writers of one sidecar at once, at 20 ms",
  async measure({ rounds = ROUNDS }) {
    const cells = await withStub(LATENCY_MS, (url) =>
      inRounds(rounds, HANDLERS, ({ handler, layout }) =>
        runCell("contention", { url, bucket: BUCKET, writers: WRITERS, handler, layout }),
      ),
    );
    const answersOf = (handler) => cells[HANDLERS.indexOf(handler)];
    const aims = aimsOf(answersOf);
    const rows = HANDLERS.map((handler) => rowOf(handler, answersOf, aims));
    return { markdown: table(COLUMNS, rows), ratios: figuresOf(answersOf), aims };
  },
};

const figuresOf = (answersOf) =>
  [DOCUMENT, PARTS].flatMap((handler) =>
    ["requests", "seconds"].map((field) =>
      figure(`${handler.key}: ${field}`, ratios(answersOf(handler), answersOf(JITTER), field)),
    ),
  );

function aimsOf(answersOf) {
  const values = (handler, field) => answersOf(handler).map((cell) => cell[field]);
  return [
    ...[DOCUMENT, PARTS].map((handler) => aim(handler.key, "lost", 0, [Math.max(...values(handler, "lost"))])),
    aim(DOCUMENT.key, "requests", 600, values(DOCUMENT, "requests")),
    aim(PARTS.key, "PUTs", WRITERS, [Math.max(...values(PARTS, "puts"))]),
  ];
}

function rowOf(handler, answersOf, aims) {
  const own = answersOf(handler);
  const values = (field) => own.map((cell) => cell[field]);
  const of = (field) => median(values(field));
  return [
    handler.key,
    of("lost"),
    spread(values("requests"), of("requests"), 0),
    median(ratios(own, answersOf(JITTER), "requests")).toFixed(2),
    of("gets"),
    of("puts"),
    of("lostRaces"),
    spread(values("seconds"), of("seconds")),
    of("cpuMs").toFixed(0),
    verdicts(aims, handler.key),
  ];
}
