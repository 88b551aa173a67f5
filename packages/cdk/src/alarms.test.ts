import { Match, Template } from "aws-cdk-lib/assertions";
import { LambdaAction, SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { describe, expect, test } from "vitest";
import { shopIn } from "./fixtures/shop.js";
import { newStack } from "./fixtures/synthesized.js";
import type { AlarmOptions, Sfs3ProcessProps } from "./index.js";

const alarmsOf = (props: Partial<Sfs3ProcessProps> = {}) => {
  const stack = newStack();
  shopIn(stack, props);
  const found = Object.values(Template.fromStack(stack).findResources("AWS::CloudWatch::Alarm"));
  return found.map(({ Properties }) => Properties);
};

const summary = (alarms: readonly Record<string, unknown>[]) =>
  alarms.map(({ Namespace, MetricName, Statistic, Threshold, Period }) => [
    Namespace,
    MetricName,
    Statistic,
    Threshold,
    Period,
  ]);

test("there is an alarm for each way to fail, and one for each step", () => {
  const alarms = alarmsOf();

  expect(summary(alarms)).toEqual([
    ["AWS/States", "ExecutionsFailed", "Sum", 1, 300],
    ["AWS/States", "ExecutionsTimedOut", "Sum", 1, 300],
    ["AWS/States", "ExecutionThrottled", "Sum", 1, 300],
    ["sfs3", "StepFailed", "Sum", 5, 300],
    ["sfs3", "StepFailed", "Sum", 5, 300],
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1, 300],
  ]);
  expect(alarms.filter(({ MetricName }) => MetricName === "StepFailed").map(({ Dimensions }) => Dimensions)).toEqual(
    ["charge", "ship"].map((step) => [
      { Name: "Process", Value: "Shop" },
      { Name: "Step", Value: step },
    ]),
  );
});

test("each says what it means, rings at its threshold, and takes missing data for good", () => {
  for (const alarm of alarmsOf()) {
    expect(alarm).toMatchObject({
      AlarmDescription: expect.stringMatching(/^Shop: .+\.$/),
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      EvaluationPeriods: 1,
      TreatMissingData: "notBreaching",
    });
    expect(alarm).not.toHaveProperty("AlarmActions");
  }
});

test("an Express machine has no notifier, and so no alarm about one", () => {
  const names = summary(alarmsOf({ stateMachineType: StateMachineType.EXPRESS })).map(([namespace]) => namespace);

  expect(names).toEqual(["AWS/States", "AWS/States", "AWS/States", "sfs3", "sfs3"]);
});

test("thresholds and the period are the project's to set, and each alarm can be left out", () => {
  const alarms = {
    failedExecutions: 10,
    timedOutExecutions: false,
    failedInvocations: false,
    periodMinutes: 15,
  } as const;

  expect(summary(alarmsOf({ alarms }))).toEqual([
    ["AWS/States", "ExecutionsFailed", "Sum", 10, 900],
    ["AWS/States", "ExecutionThrottled", "Sum", 1, 900],
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1, 900],
  ]);
  expect(alarmsOf({ alarms: false })).toEqual([]);
});

test("a topic hears of the alarm and of its end; other actions are taken beside it", () => {
  const stack = newStack();
  const [topic, pager] = [new Topic(stack, "Topic"), new Topic(stack, "Pager")];
  const { alarms } = shopIn(stack, { alarms: { topic, actions: [new SnsAction(pager)] } });

  const template = Template.fromStack(stack);
  const [heard, paged] = [stack.resolve(topic.topicArn), stack.resolve(pager.topicArn)];
  expect(alarms).toHaveLength(6);
  template.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [heard, paged], OKActions: [heard] });
});

test("the alarms are there for more: a function that one of them calls", () => {
  const stack = newStack();
  const process = shopIn(stack);

  process.alarms[0]?.addAlarmAction(new LambdaAction(process.functionOf("ship")));

  Template.fromStack(stack).hasResourceProperties("AWS::CloudWatch::Alarm", {
    MetricName: "ExecutionsFailed",
    AlarmActions: [{ "Fn::GetAtt": [Match.stringLikeRegexp("ship"), "Arn"] }],
  });
});

describe("what cannot be an alarm is refused, with what can", () => {
  test.each<[AlarmOptions, string]>([
    [{ failedExecutions: 0 }, "failedExecutions is 0. Give an integer from 1, or false for no such alarm."],
    [{ failedInvocations: 1.5 }, "failedInvocations is 1.5. Give an integer from 1, or false for no such alarm."],
    [{ undeliveredEnds: Number.NaN }, "undeliveredEnds is NaN. Give an integer from 1, or false for no such alarm."],
    [{ periodMinutes: 0 }, "periodMinutes is 0. Give an integer from 1 to 60."],
    [{ periodMinutes: 61 }, "periodMinutes is 61. Give an integer from 1 to 60."],
  ])("%j", (alarms, message) => {
    expect(() => alarmsOf({ alarms })).toThrow(`Shop: of its alarms, ${message}`);
  });

  test("a threshold for the ends of a process without a notifier", () => {
    const props = { statusNotifier: false, alarms: { undeliveredEnds: 2 } } as const;

    expect(() => alarmsOf(props)).toThrow("undeliveredEnds has no notifier");
    expect(() => alarmsOf({ ...props, alarms: { undeliveredEnds: false } })).not.toThrow();
  });
});
