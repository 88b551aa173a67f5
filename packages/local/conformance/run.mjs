#!/usr/bin/env node
// Runs the executions recorded on AWS through the built engine and prints how many it agrees on, by category.
// node packages/local/conformance/run.mjs [--jsonata] [--verbose]
import * as engine from "../dist/asl/index.js";
import { CASES_FOLDER, casesAvailable, isJsonataOnly, loadCases, runCase } from "./harness.mjs";

const jsonataOnly = process.argv.includes("--jsonata");
const verbose = process.argv.includes("--verbose");

if (casesAvailable()) await report();
else process.stdout.write(`No recorded executions in ${CASES_FOLDER}; set SFS3_ASL_CASES to their folder.\n`);

async function report() {
  const cases = loadCases().filter((recorded) => !jsonataOnly || isJsonataOnly(recorded));
  const results = await Promise.all(cases.map((recorded) => runCase(engine, recorded)));
  const categories = groupByCategory(results);
  for (const [category, members] of categories) process.stdout.write(rate(category, members));
  process.stdout.write(rate("all", results));
  if (!verbose) return;
  for (const { id, reason } of results.filter(({ pass }) => !pass)) process.stdout.write(`${id}\n    ${reason}\n`);
}

function groupByCategory(results) {
  const groups = new Map();
  for (const result of results) groups.set(result.category, [...(groups.get(result.category) ?? []), result]);
  return groups;
}

function rate(name, results) {
  const passed = results.filter(({ pass }) => pass).length;
  return `${name.padEnd(24)} ${String(passed).padStart(4)} of ${String(results.length).padStart(4)}  ${((100 * passed) / results.length).toFixed(0)}%\n`;
}
