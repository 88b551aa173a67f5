import { type FlowDefinition, METRICS, type MetricName } from "@sfs3/sdk/flow";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";

/** Which metric of which step. */
export interface StepMetric {
  readonly flow: FlowDefinition;
  readonly step: string;
  readonly name: MetricName;
}

/** A metric that the step itself writes. */
export const stepMetric = ({ flow, step, name }: StepMetric, options: MetricOptions): Metric => {
  const { namespace, dimensions } = METRICS;
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { [dimensions.process]: flow.name, [dimensions.step]: step },
    ...options,
  });
};
