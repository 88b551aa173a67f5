import type { Finding, Found, Severity } from "../finding.js";

interface InFlightRule {
  readonly severity: Severity;
  /** What holds where the rule is met, in one sentence. */
  readonly summary: string;
}

/** Rules of `--against`: what executions that began with the older definition need of today's code. */
export const IN_FLIGHT_RULES = {
  "in-flight-step-removed": {
    severity: "error",
    summary: "Every function that the older definition calls is still there.",
  },
  "in-flight-flow-removed": {
    severity: "error",
    summary: "Every flow that the older definition starts is still there.",
  },
  "in-flight-machine-removed": {
    severity: "warning",
    summary: "Every flow of the older lock file is still exported: executions of a machine that is deleted end.",
  },
  "in-flight-key-missing": {
    severity: "error",
    summary: "Whatever today's code requires, executions in flight have.",
  },
  "in-flight-key-retyped": {
    severity: "error",
    summary: "Today's code takes what code before the change has written, or was given as input.",
  },
  "in-flight-key-unsure": {
    severity: "warning",
    summary: "That today's code takes what was written before the change can be told from the schemas.",
  },
  "in-flight-route-removed": {
    severity: "error",
    summary: "Steps still set the route values that the older definition reads.",
  },
  "in-flight-route-unsure": {
    severity: "warning",
    summary: "Route values that the older definition reads are read by today's as well.",
  },
  "in-flight-topic-changed": {
    severity: "error",
    summary: "The topic root stays: executions in flight announce their end under the older one.",
  },
  "input-tightened": {
    severity: "warning",
    summary: "The flow takes every input that it took: whoever starts it may not know of the change yet.",
  },
} as const satisfies Readonly<Record<string, InFlightRule>>;

export type InFlightRuleName = keyof typeof IN_FLIGHT_RULES;

export const finding = (rule: InFlightRuleName, found: Found): Finding => ({
  severity: IN_FLIGHT_RULES[rule].severity,
  ...found,
  rule,
});
