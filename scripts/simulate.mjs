import { parseArgs } from "node:util";
import { setUp } from "./setup.mjs";

/** Runs the simulator; ends with a line that says whether every invariant held, and with 1 where one did not. */
const USAGE = "npm run simulate -- [--seeds <how many>] [--from <first seed>] [--trace]";
const MANY_SEEDS = 10_000;
const MAX_TRACED = 10;

const { seeds, from, isTraced } = readOptions(process.argv.slice(2));
setUp();
const { renderReport, simulate } = await import("@sfs3/simulation");
const startedMs = Date.now();
const isTerminal = process.stderr.isTTY === true;
const tally = await simulate({
  seeds,
  from,
  isTraced,
  onProgress: (runs) => isTerminal && process.stderr.write(`\r${runs} of ${seeds} seeds`),
});
if (isTerminal) process.stderr.write("\r\x1b[K");
for (const line of tally.trace) console.log(line);
console.log(renderReport(tally, { elapsedMs: Date.now() - startedMs }));
process.exitCode = tally.violations.length === 0 ? 0 : 1;

function readOptions(args) {
  const options = { seeds: { type: "string" }, from: { type: "string" }, trace: { type: "boolean" } };
  const values = parse(args, options);
  const seeds = integer("--seeds", values.seeds ?? `${MANY_SEEDS}`, 1);
  if (values.trace && seeds > MAX_TRACED)
    refuse(`--trace is for at most ${MAX_TRACED} seeds: give --seeds, and --from.`);
  return { seeds, from: integer("--from", values.from ?? "1", 0), isTraced: values.trace === true };
}

function parse(args, options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

function integer(name, text, min) {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= min
    ? value
    : refuse(`${name} is ${text}; give an integer from ${min}.`);
}

function refuse(problem) {
  console.error(`${problem}\n${USAGE}`);
  process.exit(2);
}
