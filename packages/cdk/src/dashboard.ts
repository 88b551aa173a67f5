import type { MetricName } from "@sfs3/sdk/flow";
import { Duration } from "aws-cdk-lib";
import {
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  Row,
  SingleValueWidget,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { MeasuredProcess } from "./measured-process.js";
import { stepMetric } from "./step-metric.js";

const PERIOD = Duration.minutes(5);

/** CloudWatch's grid is 24 units wide. */
const FULL = 24;
const HALF = 12;

/** A dashboard that shows a process: how executions end and how long they take, then what each step does. */
export const processDashboard = (scope: Construct, id: string, process: MeasuredProcess): Dashboard => {
  const dashboard = new Dashboard(scope, id, { defaultInterval: Duration.hours(3) });
  showProcess(dashboard, process);
  return dashboard;
};

/** Adds a process to a dashboard, below what it shows already. */
export const showProcess = (dashboard: Dashboard, process: MeasuredProcess): void => {
  for (const row of rows(process)) dashboard.addWidgets(new Row(...row));
};

const rows = (process: MeasuredProcess): readonly (readonly IWidget[])[] => {
  const { name } = process.flow;
  const executions = executionCounts(process);
  return [
    [
      new SingleValueWidget({
        title: `${name}: executions`,
        metrics: executions,
        width: FULL,
        setPeriodToTimeRange: true,
      }),
    ],
    [graph(`${name}: executions`, executions), graph(`${name}: duration`, executionTimes(process))],
    [graph(`${name}: errors of steps`, stepErrors(process)), graph(`${name}: duration of steps`, stepTimes(process))],
    [
      graph(`${name}: predicate retries`, stepCounts(process, "PredicateRetries")),
      graph(`${name}: sidecar conflicts`, stepCounts(process, "SidecarConflicts")),
    ],
    ...announcements(process),
  ];
};

/** Standard and Express machines have the same. Source: AWS Step Functions Developer Guide, "Execution metrics for all state machines". */
const executionCounts = ({ stateMachine }: MeasuredProcess): IMetric[] => {
  const sum = (label: string) => ({ label, statistic: Stats.SUM, period: PERIOD });
  return [
    stateMachine.metricStarted(sum("started")),
    stateMachine.metricSucceeded(sum("succeeded")),
    stateMachine.metricFailed(sum("failed")),
    stateMachine.metricTimedOut(sum("timed out")),
    stateMachine.metricAborted(sum("aborted")),
    stateMachine.metricThrottled(sum("throttled")),
  ];
};

const PERCENTILES = [50, 99];

const executionTimes = ({ stateMachine }: MeasuredProcess): IMetric[] =>
  PERCENTILES.map((percent) =>
    stateMachine.metricTime({ label: `p${percent}`, statistic: Stats.percentile(percent), period: PERIOD }),
  );

/** Lambda's own count beside the step's: an invocation that Lambda kills says nothing of itself. */
const stepErrors = (process: MeasuredProcess): IMetric[] => [
  ...stepCounts(process, "StepFailed"),
  ...Object.entries(process.functions).map(([step, lambda]) =>
    lambda.metricErrors({ label: `${step} (Lambda)`, statistic: Stats.SUM, period: PERIOD }),
  ),
];

const stepTimes = ({ flow, functions }: MeasuredProcess): IMetric[] =>
  Object.keys(functions).flatMap((step) =>
    PERCENTILES.map((percent) => {
      const options = { label: `${step} p${percent}`, statistic: Stats.percentile(percent), period: PERIOD };
      return stepMetric({ flow, step, name: "StepDuration" }, options);
    }),
  );

const stepCounts = ({ flow, functions }: MeasuredProcess, name: MetricName): IMetric[] =>
  Object.keys(functions).map((step) =>
    stepMetric({ flow, step, name }, { label: step, statistic: Stats.SUM, period: PERIOD }),
  );

const announcements = ({ flow, statusNotifier }: MeasuredProcess): IWidget[][] => {
  if (statusNotifier === undefined) return [];
  const { function: lambda, undelivered } = statusNotifier;
  const waiting = { label: "not announced", statistic: Stats.MAXIMUM, period: PERIOD };
  const metrics = [
    undelivered.metricApproximateNumberOfMessagesVisible(waiting),
    lambda.metricErrors({ label: "attempts that failed", statistic: Stats.SUM, period: PERIOD }),
  ];
  return [[graph(`${flow.name}: ends`, metrics, { width: FULL })]];
};

const graph = (title: string, left: IMetric[], { width = HALF }: Pick<GraphWidgetProps, "width"> = {}): GraphWidget =>
  new GraphWidget({ title, left, width, leftYAxis: { min: 0 } });
