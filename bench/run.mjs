import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { regressions, updated } from "./report/baseline.mjs";
import { isMet } from "./report/figures.mjs";
import { replaceBetweenMarks } from "./report/page.mjs";
import { writeWhole } from "./report/whole-file.mjs";
import { JUDGED, TABLES } from "./tables.mjs";

const PAGE = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));
const BASELINE = fileURLToPath(new URL("baseline.json", import.meta.url));

const HELP = `Usage: npm run bench -- [options]

Measures, and prints Markdown tables. Their ratios are what counts, on a machine that does nothing else.

  --only <table>       one table; may be given more than once
  --rounds <n>         so many rounds of each cell: fewer are quicker and say less
  --check              measure the tables that have a baseline, and exit 1 where a ratio is worse than it beyond noise, or
                       an aim is missed beyond noise
  --update-baseline    measure the tables that have a baseline, and write their ratios to bench/baseline.json
  --write              put the tables into docs/benchmarks.md; with --update-baseline or --check, still measure all tables
  --help

Tables:
${TABLES.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join("\n")}
`;

const asked = readArguments();
if (asked.help) process.stdout.write(HELP);
else await main(asked);

async function main({ only, rounds, check, write, "update-baseline": update }) {
  const tables = chosen(only, (check || update) && !write ? JUDGED : TABLES);
  const machine = machineLine();
  console.log(machine);
  const results = {};
  for (const { name, title, measure } of tables) {
    console.error(`Measuring '${name}': ${title}`);
    const result = await measure({ rounds });
    results[name] = result;
    console.log(`\n## ${name}: ${title}\n\n${result.markdown}`);
    if (write)
      writeWhole(PAGE, replaceBetweenMarks(readFileSync(PAGE, "utf8"), name, `${machine}\n\n${result.markdown}`));
  }
  reportAims(results);
  if (update) writeWhole(BASELINE, `${JSON.stringify(updated(readBaseline(), results), null, 2)}\n`);
  if (check) reportRegressions(regressions(readBaseline(), results));
}

function readArguments() {
  const flag = { type: "boolean", default: false };
  const options = {
    only: { type: "string", multiple: true },
    rounds: { type: "string" },
    check: flag,
    "update-baseline": flag,
    write: flag,
    help: { ...flag, short: "h" },
  };
  try {
    const { values } = parseArgs({ options });
    if (values.check && values["update-baseline"]) {
      return refuse("--check compares with the baseline that --update-baseline replaces: give one of them.");
    }
    return { ...values, rounds: readRounds(values.rounds) };
  } catch (error) {
    return refuse(error.message);
  }
}

function readRounds(text) {
  if (text === undefined || /^[1-9]\d{0,2}$/.test(text)) return text === undefined ? undefined : Number(text);
  return refuse(`--rounds is a number from 1 to 999, and not '${text}'.`);
}

function chosen(only, tables) {
  if (only === undefined) return tables;
  const unknown = only.find((name) => !TABLES.some((table) => table.name === name));
  if (unknown !== undefined) refuse(`There is no table '${unknown}': ${TABLES.map(({ name }) => name).join(", ")}.`);
  return TABLES.filter(({ name }) => only.includes(name));
}

function refuse(message) {
  console.error(`${message}\nnpm run bench -- --help`);
  process.exit(1);
}

function machineLine() {
  const date = new Date().toISOString().slice(0, 10);
  return `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${date}.`;
}

function readBaseline() {
  return JSON.parse(readFileSync(BASELINE, "utf8"));
}

function reportAims(results) {
  const aims = Object.values(results).flatMap((result) => result.aims);
  if (aims.length === 0) return;
  console.error(`${aims.filter(isMet).length} of ${aims.length} aims are met.`);
}

function reportRegressions(found) {
  for (const sentence of found) console.error(sentence);
  if (found.length === 0) return console.error("Nothing is worse than the baseline.");
  process.exitCode = 1;
}
