import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CASES } from "../cells/engine-cases.mjs";
import { table } from "../report/markdown.mjs";
import { median } from "../report/statistics.mjs";

const ROUNDS = 5;
const CELL = fileURLToPath(new URL("../cells/engine.mjs", import.meta.url));

/** What aws-local-stepfunctions needs; both engines are measured on it. */
const NODE = "22";
const ownMajor = Number(process.versions.node.split(".")[0]);
const [COMMAND, ...ARGUMENTS] =
  ownMajor >= Number(NODE) ? [process.execPath] : ["npx", "--yes", `--package=node@${NODE}`, "node"];

/**
 * Executions a second of this engine beside aws-local-stepfunctions, where both can do the work, in turns and each in a
 * process of its own: what one does to the runtime slows the other. Ours writes an AWS-shaped history meanwhile, theirs none.
 */
export const engines = {
  name: "engines",
  title: "the engine beside aws-local-stepfunctions",
  async measure({ rounds = ROUNDS }) {
    const columns = ["machine", "ours, executions/s", "aws-local-stepfunctions, executions/s", "ours / theirs"];
    return {
      markdown: table(
        columns,
        CASES.map(({ name }) => rowOf(name, rounds)),
      ),
      ratios: [],
      aims: [],
    };
  },
};

function rowOf(name, rounds) {
  const rates = Array.from({ length: rounds }, () => [rateOf("ours", name), rateOf("theirs", name)]);
  const [own, other] = [0, 1].map((index) => median(rates.map((round) => round[index])));
  return [name, own.toFixed(0), other.toFixed(0), (own / other).toFixed(2)];
}

function rateOf(engine, name) {
  const { status, stdout } = spawnSync(COMMAND, [...ARGUMENTS, CELL, engine, name], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Measuring ${engine} on ${name} ended with ${status}.`);
  return Number(stdout);
}
