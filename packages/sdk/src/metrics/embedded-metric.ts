import { METRICS, type MetricName } from "./table.js";

/** What one invocation of a step has to say of itself. */
export interface Sample {
  readonly step: string;
  /** `undefined` where the deployment does not say whose step this is. */
  readonly process: string | undefined;
  /** Unit: milliseconds since the epoch. */
  readonly atMs: number;
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
}

/**
 * A log line out of which CloudWatch Logs takes the values as metrics.
 *
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
export const renderSample = ({ step, process, atMs, values }: Sample): string => {
  const { namespace, dimensions, units } = METRICS;
  // A metric that is never sent is not billed, and a sum of nothing is 0.
  const counted = (Object.keys(units) as MetricName[]).filter((name) => values[name] || name === "StepDuration");
  const place = { ...(process !== undefined && { [dimensions.process]: process }), [dimensions.step]: step };
  const directive = {
    Namespace: namespace,
    Dimensions: [Object.keys(place)],
    Metrics: counted.map((name) => ({ Name: name, Unit: units[name] })),
  };
  const targets = Object.fromEntries(counted.map((name) => [name, values[name]]));
  return JSON.stringify({ _aws: { Timestamp: atMs, CloudWatchMetrics: [directive] }, ...place, ...targets });
};
