import type { IAlarmAction } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { DeploymentError } from "./deployment-error.js";

/** What may happen within one period before an alarm rings. Unit: occurrences, integers from 1; `false`: never rings. */
export interface AlarmThresholds {
  /** Executions that end as `FAILED`. Default: 1. */
  readonly failedExecutions: number | false;
  /** Executions that end as `TIMED_OUT`. Default: 1. */
  readonly timedOutExecutions: number | false;
  /** Transitions and retries that Step Functions holds back. Default: 1. */
  readonly throttledTransitions: number | false;
  /** Failed invocations, of each step by itself; a predicate that does not hold is none. Default: 5. */
  readonly failedInvocations: number | false;
  /** Ends that nobody could be told of, which wait in the notifier's queue. Default: 1. */
  readonly undeliveredEnds: number | false;
}

/** When alarms ring, and what they do then. */
export interface AlarmOptions extends Partial<AlarmThresholds> {
  /** Unit: minutes, an integer from 1 to 60. Default: 5. */
  readonly periodMinutes?: number;
  /** Where an alarm is announced, and its end too. Default: nowhere, CloudWatch shows it. */
  readonly topic?: ITopic;
  /** What else an alarm does. Default: nothing. */
  readonly actions?: readonly IAlarmAction[];
}

export const DEFAULT_THRESHOLDS: AlarmThresholds = {
  failedExecutions: 1,
  timedOutExecutions: 1,
  throttledTransitions: 1,
  failedInvocations: 5,
  undeliveredEnds: 1,
};

/** @throws DeploymentError for a threshold or a period that is none, or that nothing can reach */
export const checkAlarmOptions = (
  process: string,
  options: AlarmOptions,
  { hasNotifier }: { readonly hasNotifier: boolean },
): void => {
  const { periodMinutes = 5, undeliveredEnds } = options;
  if (!Number.isInteger(periodMinutes) || periodMinutes < 1 || periodMinutes > 60) {
    throw refused(process, `periodMinutes is ${periodMinutes}. Give an integer from 1 to 60`);
  }
  for (const name of Object.keys(DEFAULT_THRESHOLDS) as (keyof AlarmThresholds)[]) {
    const threshold = options[name] ?? false;
    if (threshold !== false && !(Number.isInteger(threshold) && threshold >= 1)) {
      throw refused(process, `${name} is ${threshold}. Give an integer from 1, or false for no such alarm`);
    }
  }
  if (undeliveredEnds && !hasNotifier) {
    throw refused(
      process,
      "undeliveredEnds has no notifier whose ends it could count. Leave it out, or let the process have one",
    );
  }
};

const refused = (process: string, problem: string): DeploymentError =>
  new DeploymentError(`${process}: of its alarms, ${problem}.`);
