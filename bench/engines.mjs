import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CASES } from "./engine-cases.mjs";

const ROUNDS = 5;
const CELL = fileURLToPath(new URL("engine-cell.mjs", import.meta.url));

/** What aws-local-stepfunctions needs; both engines are measured on it. */
const NODE = "22";
const ownMajor = Number(process.versions.node.split(".")[0]);
const [COMMAND, ...ARGUMENTS] =
  ownMajor >= Number(NODE) ? [process.execPath] : ["npx", "--yes", `--package=node@${NODE}`, "node"];

/**
 * Prints executions a second of this engine beside aws-local-stepfunctions, where both can do the work, in turns and each in a
 * process of its own: what one does to the runtime slows the other. Ours writes an AWS-shaped history meanwhile, theirs none.
 */
export function measureEngines() {
  console.log(`Node ${NODE}, the median of ${ROUNDS} rounds.\n`);
  console.log("| machine | ours, executions/s | aws-local-stepfunctions, executions/s | ours / theirs |");
  console.log("| --- | --- | --- | --- |");
  for (const { name } of CASES) {
    const rounds = Array.from({ length: ROUNDS }, () => [rateOf("ours", name), rateOf("theirs", name)]);
    const [own, other] = [0, 1].map((index) => median(rounds.map((rates) => rates[index])));
    console.log(`| ${name} | ${own.toFixed(0)} | ${other.toFixed(0)} | ${(own / other).toFixed(2)} |`);
  }
}

function rateOf(engine, name) {
  const { status, stdout } = spawnSync(COMMAND, [...ARGUMENTS, CELL, engine, name], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Measuring ${engine} on ${name} ended with ${status}.`);
  return Number(stdout);
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
