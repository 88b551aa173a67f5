import { expect, test } from "vitest";
import { CASES_FOLDER, casesAvailable, loadCases, runCase } from "../../conformance/harness.mjs";
import { supportTable } from "./fixtures/support-table.js";
import * as engine from "./index.js";

/** The document says of each why this engine ends otherwise. */
const DIFFERENT = supportTable()
  .filter(({ section }) => section === "Recorded executions")
  .map(({ name }) => name);

test("executions recorded on AWS end as they did there", async ({ skip }) => {
  skip(!casesAvailable(), `no recorded executions in ${CASES_FOLDER}; CONTRIBUTING.md says where they may lie`);
  const cases = loadCases();

  const results = await Promise.all(cases.map((recorded) => runCase(engine, recorded)));

  expect(cases.length).toBeGreaterThan(600);
  expect(results.filter(({ pass }) => !pass).map(({ id }) => id)).toEqual(DIFFERENT);
});
