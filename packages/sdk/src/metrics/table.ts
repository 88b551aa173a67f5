/**
 * The metrics that a step writes, as CloudWatch names them: a dashboard or an alarm takes its names from here.
 *
 * An invocation has one of four outcomes, and counts 1 for it: `StepSucceeded`; `StepReplayed` where the journal had its
 * output already; `PredicateRetries` where the read predicate did not hold; `StepFailed` for every other error.
 * `SidecarConflicts` counts the conditional writes that other writers won. What counts 0 is left out.
 *
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 *
 * @example
 * ```ts
 * import { METRICS } from "@sfs3/sdk/flow";
 *
 * const { namespace, dimensions } = METRICS;
 * const failures = {
 *   namespace,
 *   metricName: "StepFailed" satisfies keyof typeof METRICS.units,
 *   dimensionsMap: { [dimensions.process]: "Orders", [dimensions.step]: "charge" },
 * };
 * ```
 */
export const METRICS = {
  namespace: "sfs3",
  /** `Process` is the environment variable `SFS3_PROCESS`; where that is absent metrics have the other one alone. */
  dimensions: { process: "Process", step: "Step" },
  /** The name of each metric, and the unit that its values are in. */
  units: {
    /** The whole time inside the handler, messages included. */
    StepDuration: "Milliseconds",
    StepSucceeded: "Count",
    StepFailed: "Count",
    StepReplayed: "Count",
    PredicateRetries: "Count",
    SidecarConflicts: "Count",
  },
} as const;

/** The name of a metric of {@link METRICS}. */
export type MetricName = keyof typeof METRICS.units;
