import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Construct } from "constructs";
import { type AlarmOptions, type AlarmThresholds, checkAlarmOptions, DEFAULT_THRESHOLDS } from "./alarm-options.js";
import type { MeasuredProcess } from "./measured-process.js";
import { stepMetric } from "./step-metric.js";

/** One alarm before it is made: what is counted, and what it means when there is too much of it. */
interface Watched {
  readonly id: string;
  readonly threshold: number | false;
  readonly metric: IMetric;
  readonly meaning: string;
}

/**
 * An alarm for each way in which a process can go wrong, and one for each step.
 *
 * @throws DeploymentError for a threshold or a period out of range
 */
export const processAlarms = (
  scope: Construct,
  id: string,
  process: MeasuredProcess,
  options: AlarmOptions,
): readonly Alarm[] => {
  checkAlarmOptions(process.flow.name, options, { hasNotifier: process.statusNotifier !== undefined });
  const own = new Construct(scope, id);
  const { topic, actions = [], periodMinutes = 5 } = options;
  const thresholds = { ...DEFAULT_THRESHOLDS, ...options };
  const all = topic === undefined ? actions : [new SnsAction(topic), ...actions];
  return watched(process, thresholds, Duration.minutes(periodMinutes)).flatMap(({ threshold, ...each }) => {
    if (threshold === false) return [];
    const alarm = newAlarm(own, { ...each, threshold, name: process.flow.name });
    alarm.addAlarmAction(...all);
    if (topic !== undefined) alarm.addOkAction(new SnsAction(topic));
    return [alarm];
  });
};

const watched = (process: MeasuredProcess, thresholds: AlarmThresholds, period: Duration): readonly Watched[] => [
  ...machineWatched(process, thresholds, period),
  ...Object.keys(process.functions).map((step) => ({
    id: `Failed-${step}`,
    threshold: thresholds.failedInvocations,
    metric: stepMetric({ flow: process.flow, step, name: "StepFailed" }, { statistic: Stats.SUM, period }),
    meaning: `invocations of the step '${step}' failed. Its log says why`,
  })),
  ...notifierWatched(process, thresholds, period),
];

const machineWatched = (
  { stateMachine }: MeasuredProcess,
  { failedExecutions, timedOutExecutions, throttledTransitions }: AlarmThresholds,
  period: Duration,
): readonly Watched[] => {
  const sum = { statistic: Stats.SUM, period };
  return [
    {
      id: "FailedExecutions",
      threshold: failedExecutions,
      metric: stateMachine.metricFailed(sum),
      meaning: "executions failed. Their history says at which state; a redrive goes on from there",
    },
    {
      id: "TimedOutExecutions",
      threshold: timedOutExecutions,
      metric: stateMachine.metricTimedOut(sum),
      meaning: "executions took longer than they may",
    },
    {
      id: "ThrottledTransitions",
      threshold: throttledTransitions,
      metric: stateMachine.metricThrottled(sum),
      meaning: "transitions were held back: the account's quota of state transitions is reached",
    },
  ];
};

/**
 * Of the notifier only what it could not announce: its invocations also fail where an end is not in the history yet, and
 * Lambda tries those again.
 */
const notifierWatched = (
  { statusNotifier }: MeasuredProcess,
  { undeliveredEnds }: AlarmThresholds,
  period: Duration,
): readonly Watched[] => {
  if (statusNotifier === undefined) return [];
  return [
    {
      id: "UndeliveredEnds",
      threshold: undeliveredEnds,
      metric: statusNotifier.undelivered.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
      meaning: "ends were not announced. Their events wait in the queue; clients learn of them by asking for the state",
    },
  ];
};

interface NewAlarm extends Watched {
  readonly threshold: number;
  readonly name: string;
}

/** Nothing is sent where nothing went wrong. */
const newAlarm = (scope: Construct, { id, threshold, metric, meaning, name }: NewAlarm): Alarm =>
  new Alarm(scope, id, {
    alarmDescription: `${name}: ${meaning}.`,
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
