import { METRICS } from "@sfs3/sdk/flow";
import { Template } from "aws-cdk-lib/assertions";
import { Dashboard, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { expect, test } from "vitest";
import { shopIn } from "./fixtures/shop.js";
import { newStack } from "./fixtures/synthesized.js";
import type { Sfs3ProcessProps } from "./index.js";

/**
 * What AWS sends of machines of both types, functions and queues. Sources: AWS Step Functions Developer Guide, "Execution
 * metrics for all state machines"; AWS Lambda Developer Guide, "Types of metrics for Lambda functions"; Amazon SQS
 * Developer Guide, "Available CloudWatch metrics for Amazon SQS".
 */
const SENT: Readonly<Record<string, readonly string[]>> = {
  "AWS/States": [
    "ExecutionsAborted",
    "ExecutionsFailed",
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionsTimedOut",
    "ExecutionThrottled",
    "ExecutionTime",
  ],
  "AWS/Lambda": ["Invocations", "Errors", "Throttles", "Duration", "DeadLetterErrors", "ConcurrentExecutions"],
  "AWS/SQS": ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent"],
  [METRICS.namespace]: Object.keys(METRICS.units),
};

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly metrics?: readonly (readonly unknown[])[] };
}

/** CloudWatch's own document, its references to other resources as texts. */
const widgetsOf = (template: Template): readonly Widget[] => {
  const [body] = Object.values(template.findResources("AWS::CloudWatch::Dashboard")).map(
    ({ Properties }) => Properties.DashboardBody["Fn::Join"][1] as readonly (string | object)[],
  );
  const text = body
    ?.map((part) => (typeof part === "string" ? part : JSON.stringify(part).replaceAll('"', "'")))
    .join("");
  return JSON.parse(text ?? "{}").widgets;
};

const shown = (props: Partial<Sfs3ProcessProps> = {}): readonly Widget[] => {
  const stack = newStack();
  shopIn(stack, props);
  return widgetsOf(Template.fromStack(stack));
};

/** `[namespace, name, dimension, value, ..., options]`; CloudWatch lets a row repeat the one above by dots, the CDK does not. */
const metricsOf = (widget: Widget | undefined) =>
  (widget?.properties.metrics ?? []).map((row) => {
    const options = row.at(-1) as { readonly stat: string; readonly label: string };
    return { namespace: String(row[0]), name: String(row[1]), dimensions: row.slice(2, -1).map(String), ...options };
  });

const titled = (widgets: readonly Widget[], title: string) =>
  metricsOf(widgets.find(({ properties }) => properties.title === title));

test.each([StateMachineType.STANDARD, StateMachineType.EXPRESS])(
  "of a machine of type %s every metric is one that somebody sends, and every machine's is this machine's",
  (stateMachineType) => {
    const metrics = shown({ stateMachineType }).flatMap(metricsOf);

    expect(metrics.length).toBeGreaterThan(20);
    expect(metrics.filter(({ namespace, name }) => !SENT[namespace]?.includes(name))).toEqual([]);
    for (const { namespace, dimensions } of metrics.filter(({ namespace }) => namespace === "AWS/States")) {
      expect([namespace, dimensions[0]]).toEqual(["AWS/States", "StateMachineArn"]);
      expect(dimensions[1]).toContain("ProcessStateMachine");
    }
  },
);

test("shows how executions end, as sums, and how long they take, in the middle and at the worst", () => {
  const widgets = shown();

  expect(titled(widgets, "Shop: executions").map(({ name, stat }) => [name, stat])).toEqual([
    ["ExecutionsStarted", "Sum"],
    ["ExecutionsSucceeded", "Sum"],
    ["ExecutionsFailed", "Sum"],
    ["ExecutionsTimedOut", "Sum"],
    ["ExecutionsAborted", "Sum"],
    ["ExecutionThrottled", "Sum"],
  ]);
  expect(titled(widgets, "Shop: duration").map(({ name, stat }) => [name, stat])).toEqual([
    ["ExecutionTime", "p50"],
    ["ExecutionTime", "p99"],
  ]);
});

test("shows of each step what it writes, under the dimensions that it writes them with", () => {
  const widgets = shown();
  const place = (step: string) => ["Process", "Shop", "Step", step];

  expect(titled(widgets, "Shop: predicate retries").map(({ name, dimensions }) => [name, ...dimensions])).toEqual([
    ["PredicateRetries", ...place("charge")],
    ["PredicateRetries", ...place("ship")],
  ]);
  expect(titled(widgets, "Shop: sidecar conflicts").map(({ name, label }) => [name, label])).toEqual([
    ["SidecarConflicts", "charge"],
    ["SidecarConflicts", "ship"],
  ]);
  expect(titled(widgets, "Shop: duration of steps").map(({ stat, dimensions }) => [stat, ...dimensions])).toEqual([
    ["p50", ...place("charge")],
    ["p99", ...place("charge")],
    ["p50", ...place("ship")],
    ["p99", ...place("ship")],
  ]);
  expect(
    titled(widgets, "Shop: errors of steps").map(({ namespace, name, label }) => [namespace, name, label]),
  ).toEqual([
    ["sfs3", "StepFailed", "charge"],
    ["sfs3", "StepFailed", "ship"],
    ["AWS/Lambda", "Errors", "charge (Lambda)"],
    ["AWS/Lambda", "Errors", "ship (Lambda)"],
  ]);
});

test("the steps' functions write under the name that the dashboard reads", () => {
  const stack = newStack();
  shopIn(stack);

  const environments = Object.values(Template.fromStack(stack).findResources("AWS::Lambda::Function"))
    .map(({ Properties }) => Properties.Environment?.Variables ?? {})
    .filter(({ SFS3_METRICS }) => SFS3_METRICS === "emf");

  expect(environments.map(({ SFS3_PROCESS }) => SFS3_PROCESS)).toEqual(["Shop", "Shop"]);
});

test("widgets fill the grid and do not overlap", () => {
  const widgets = shown();
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
  );

  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
});

test("the notifier's ends are shown where there is one", () => {
  const titles = (props: Partial<Sfs3ProcessProps>) => shown(props).map(({ properties }) => properties.title);

  expect(titles({})).toContain("Shop: ends");
  expect(titles({ statusNotifier: false })).not.toContain("Shop: ends");
});

test("a process can be shown nowhere, or on a dashboard that shows something else already", () => {
  const without = newStack();
  expect(shopIn(without, { dashboard: false }).dashboard).toBeUndefined();
  Template.fromStack(without).resourceCountIs("AWS::CloudWatch::Dashboard", 0);

  const stack = newStack();
  const own = new Dashboard(stack, "Own");
  own.addWidgets(new TextWidget({ markdown: "mine", width: 24, height: 1 }));
  expect(shopIn(stack, { dashboard: own }).dashboard).toBe(own);

  const template = Template.fromStack(stack);
  template.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
  const [first, second] = widgetsOf(template);
  expect([first?.type, second?.properties.title, second?.y]).toEqual(["text", "Shop: executions", 1]);
});
