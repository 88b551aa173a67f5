import { expect, test } from "vitest";
import { CASES_FOLDER, casesAvailable, loadCases, runCase } from "../../conformance/harness.mjs";
import * as engine from "./index.js";

// Each with the reason why this engine ends otherwise.
const DIFFERENT = [
  // The recorded context object says "execution" where the recorded output says "express".
  "express/test_express_async::TestExpressAsync::test_query_runtime_memory#0",
];

test("executions recorded on AWS end as they did there", async ({ skip }) => {
  skip(!casesAvailable(), `no recorded executions in ${CASES_FOLDER}; CONTRIBUTING.md says where they may lie`);
  const cases = loadCases();

  const results = await Promise.all(cases.map((recorded) => runCase(engine, recorded)));

  expect(cases.length).toBeGreaterThan(600);
  expect(results.filter(({ pass }) => !pass).map(({ id }) => id)).toEqual(DIFFERENT);
});
