import { FLOW_RULES } from "@sfs3/sdk/flow";
import { IN_FLIGHT_RULES } from "./compatibility/rules.js";
import type { Severity } from "./finding.js";
import type { Rule } from "./rule.js";
import { parallelWriters } from "./rules/parallel-writers.js";
import { retriesOutlastMachine } from "./rules/retries-outlast-machine.js";
import { schemaJson } from "./rules/schema-json.js";
import { timeoutOverLambda } from "./rules/timeout-over-lambda.js";
import { unusedOutput } from "./rules/unused-output.js";
import { UNUSED_STEP } from "./unused-steps.js";

/** Rules about a flow from which a definition can be made. */
export const RULES: readonly Rule[] = [
  timeoutOverLambda,
  retriesOutlastMachine,
  schemaJson,
  parallelWriters,
  unusedOutput,
];

/** What is said of a rule. */
export interface RuleSummary {
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
}

/** Every rule that a finding can go by: those of `gen-asl`, of this command, and of `--against`. */
export const ALL_RULES: readonly RuleSummary[] = [
  ...Object.entries(FLOW_RULES).map(([name, summary]) => ({ name, severity: "error" as const, summary })),
  ...RULES.filter(({ name }) => !Object.hasOwn(FLOW_RULES, name)),
  UNUSED_STEP,
  ...Object.entries(IN_FLIGHT_RULES).map(([name, rule]) => ({ name, ...rule })),
].map(({ name, severity, summary }) => ({ name, severity, summary }));
