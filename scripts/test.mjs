import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUp, statusOf, tool } from "./setup.mjs";

/**
 * Types, lint, tests. Ends with `N passed, N failed`, alone on its line, whatever happened; a red compiler or linter
 * counts as one failure, since it makes every later message noise.
 */
const GATES = [
  ["Types", () => tool("typescript:tsc", "-p", "tsconfig.test.json")],
  ["Lint", () => tool("@biomejs/biome:biome", "check", "--error-on-warnings", ".")],
];

process.exitCode = main(process.argv.slice(2));

function main(filters) {
  setUp();
  for (const [name, command] of GATES) {
    const status = statusOf(...command());
    if (status === 0) continue;
    console.log(`${name}: failed, so no test was run.\n0 passed, 1 failed`);
    return status;
  }
  return runTests(filters);
}

function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), "sfs3-test-"));
  const result = join(folder, "result.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${result}`];
    const status = statusOf(...tool("vitest", "run", "--project=!proofs", ...reporters, ...filters));
    console.log(closingLine(resultOf(result), status));
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Absent where vitest did not get as far as to write it. */
function resultOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}

function closingLine({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }, status) {
  const unloadable = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const counted = numFailedTests + unloadable.length;
  // An error outside of every test fails the run and is nobody's failure.
  const failed = counted === 0 && status !== 0 ? 1 : counted;
  const skipped = numPendingTests + numTodoTests;
  return `${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
