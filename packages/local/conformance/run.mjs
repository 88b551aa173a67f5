#!/usr/bin/env node
// Runs the executions recorded on AWS through the built engine and prints how many it agrees on, as the table that
// docs/asl-support.md has.
// node packages/local/conformance/run.mjs [--jsonata] [--verbose] [--check]
//   --jsonata   only the executions of machines in JSONata
//   --verbose   where each execution that ends otherwise differs
//   --check     exit code 1 where the document says otherwise, or where less than 98 % agree
import { readFileSync } from "node:fs";
import * as engine from "../dist/asl/index.js";
import { CASES_FOLDER, casesAvailable, isJsonataOnly, loadCases, runCase } from "./harness.mjs";
import { problemsOf, rateTable } from "./rates.mjs";

const DOCUMENT = new URL("../../../docs/asl-support.md", import.meta.url);

const asked = (option) => process.argv.includes(option);
const print = (text) => process.stdout.write(`${text}\n`);

if (casesAvailable()) await report();
else print(`No recorded executions in ${CASES_FOLDER}; set SFS3_ASL_CASES to their folder.`);

async function report() {
  const cases = loadCases().filter((recorded) => !asked("--jsonata") || isJsonataOnly(recorded));
  const results = await Promise.all(cases.map((recorded) => runCase(engine, recorded)));
  print(rateTable(results));
  if (asked("--verbose")) printDifferences(results);
  if (asked("--check")) check(results);
}

function printDifferences(results) {
  for (const { id, reason } of results.filter(({ pass }) => !pass)) print(`\n${id}\n    ${reason}`);
}

function check(results) {
  const problems = problemsOf(results, readFileSync(DOCUMENT, "utf8"));
  for (const problem of problems) process.stderr.write(`conformance: ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
