import { describe, expect, test } from "vitest";
import { CASES_FOLDER, casesAvailable, isJsonataOnly, loadCases, runCase } from "../../conformance/harness.mjs";
import * as engine from "./index.js";

// Each with the reason why the engine refuses the definition instead of running it.
const REFUSED = new Map([
  ["credentials/test_credentials_base::TestCredentialsBase::test_cross_account_service_lambda_invoke#0", "Credentials"],
  [
    "credentials/test_credentials_base::TestCredentialsBase::test_cross_account_service_lambda_invoke_retry#0",
    "Credentials",
  ],
  [
    "evaluate_jsonata/test_base_evaluate_expressions::TestBaseEvaluateJsonata::test_base_map[TOLERATED_FAILURE_COUNT]#0",
    "ToleratedFailureCount",
  ],
]);

describe("executions recorded on AWS, JSONata", () => {
  test("end as they did on AWS, but for those whose fields are refused", async ({ skip }) => {
    skip(!casesAvailable(), `no recorded executions in ${CASES_FOLDER}; CONTRIBUTING.md says where they may lie`);
    const cases = loadCases().filter(isJsonataOnly);

    const results = await Promise.all(cases.map((recorded) => runCase(engine, recorded)));

    const failed = results.filter(({ pass }) => !pass);
    expect(cases.length).toBeGreaterThan(70);
    expect(failed.map(({ id }) => id).sort()).toEqual([...REFUSED.keys()].sort());
    for (const { id, reason } of failed) expect(reason).toContain(`field "${REFUSED.get(id)}" is not supported`);
  });
});
