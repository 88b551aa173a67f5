import { parseArgs } from "node:util";
import { setUp } from "./setup.mjs";

/** Runs the simulator; ends with a line that says whether every invariant held, and with 1 where one did not. */
const USAGE = "npm run simulate -- [--seeds <how many>] [--from <first seed>] [--trace] | --mutations";
const MANY_SEEDS = 10_000;
/** As many as `npm run verify` runs: what it takes more to notice might go unnoticed there. */
const SOME_SEEDS = 300;
const MAX_TRACED = 10;

const { seeds, from, isTraced, isMutated } = readOptions(process.argv.slice(2));
setUp();
const { renderReport, renderTrials, simulate, tryMutations } = await import("@sfs3/simulation");
process.exitCode = (await (isMutated ? judgeMutations() : judgeSeeds())) ? 0 : 1;

async function judgeSeeds() {
  const startedMs = Date.now();
  const isTerminal = process.stderr.isTTY === true;
  const onProgress = (runs) => isTerminal && process.stderr.write(`\r${runs} of ${seeds} seeds`);
  const tally = await simulate({ seeds, from, isTraced, onProgress });
  if (isTerminal) process.stderr.write("\r\x1b[K");
  for (const line of tally.trace) console.log(line);
  console.log(renderReport(tally, { elapsedMs: Date.now() - startedMs }));
  return tally.violations.length === 0;
}

/** Whether a broken protocol is noticed: each way to break it, until a seed does. */
async function judgeMutations() {
  const trials = await tryMutations(seeds);
  const missed = trials.filter(({ mutation, violation }) => !mutation.breaks.includes(violation?.invariant));
  console.log(renderTrials(trials));
  console.log(
    `${trials.length} mutations: ${missed.length === 0 ? "each was caught" : `${missed.length} went unnoticed, or broke another invariant than theirs`}`,
  );
  return missed.length === 0;
}

function readOptions(args) {
  const options = {
    seeds: { type: "string" },
    from: { type: "string" },
    trace: { type: "boolean" },
    mutations: { type: "boolean" },
  };
  const values = parse(args, options);
  const seeds = integer("--seeds", values.seeds ?? `${values.mutations ? SOME_SEEDS : MANY_SEEDS}`, 1);
  if (values.trace && seeds > MAX_TRACED)
    refuse(`--trace is for at most ${MAX_TRACED} seeds: give --seeds, and --from.`);
  return {
    seeds,
    from: integer("--from", values.from ?? "1", 0),
    isTraced: values.trace === true,
    isMutated: values.mutations === true,
  };
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
