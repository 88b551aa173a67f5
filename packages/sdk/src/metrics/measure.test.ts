import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../define-step.js";
import { createTestStack, type TestStepOptions, testStep } from "../testing/index.js";
import { renderSample } from "./embedded-metric.js";
import { METRICS } from "./table.js";

/** What CloudWatch takes. Source: "Specification: Embedded metric format", its JSON schema and its words. */
const UNITS = ["Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Percent", "Count", "None"];
const Directive = z.strictObject({
  Namespace: z.string().min(1).max(255),
  Dimensions: z.array(z.array(z.string().min(1).max(250)).max(9)).min(1),
  Metrics: z
    .array(z.strictObject({ Name: z.string().min(1).max(255), Unit: z.enum(UNITS).optional() }))
    .min(1)
    .max(100),
});
const Metadata = z.strictObject({ Timestamp: z.int().positive(), CloudWatchMetrics: z.array(Directive).min(1) });
const EmbeddedMetric = z.looseObject({ _aws: Metadata }).superRefine(({ _aws, ...root }, context) => {
  for (const { Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat()) {
      if (!z.string().min(1).max(1024).safeParse(root[name]).success) context.addIssue(`dimension ${name}`);
    }
    for (const { Name } of Metrics) {
      if (!z.number().safeParse(root[Name]).success) context.addIssue(`metric ${Name}`);
    }
  }
});

const measure = defineStep(
  z.object({ foo: z.string() }),
  z.object({ length: z.number() }),
  ({ foo }) => {
    if (foo === "CANARY-boom") throw new RangeError("CANARY");
    return { length: foo.length };
  },
  { name: "measure" },
);

const isMetric = (line: Record<string, unknown>) => "_aws" in line;

/** What the line of metrics says: its members without the instructions to CloudWatch. */
const sampleOf = async (options: TestStepOptions) => {
  const env = { SFS3_METRICS: "emf", SFS3_PROCESS: "Orders", ...options.env };
  const { log, error } = await testStep(measure, { ...options, env });
  const [line, ...others] = log.filter(isMetric);
  expect(others).toEqual([]);
  const { _aws, ...values } = EmbeddedMetric.parse(line);
  expect(JSON.stringify(line)).not.toContain("CANARY");
  return { values, announced: _aws.CloudWatchMetrics[0], error };
};

const ticking = (stepMs: number) => {
  let nowMs = 1_900_000_000_000;
  return () => {
    nowMs += stepMs;
    return nowMs;
  };
};

const place = { Process: "Orders", Step: "measure", StepDuration: 0 };
const now = () => 1_900_000_000_000;

describe("each invocation ends with one line that CloudWatch takes, and that holds no data", () => {
  test("a success, with the unit of each value", async () => {
    const { values, announced } = await sampleOf({ sidecar: { foo: "CANARY" }, now });

    expect(values).toEqual({ ...place, StepSucceeded: 1 });
    expect(announced).toEqual({
      Namespace: "sfs3",
      Dimensions: [["Process", "Step"]],
      Metrics: [
        { Name: "StepDuration", Unit: "Milliseconds" },
        { Name: "StepSucceeded", Unit: "Count" },
      ],
    });
  });

  test.each([
    ["what fn throws", { sidecar: { foo: "CANARY-boom" } }, "RangeError"],
    ["what schemaIn refuses", { sidecar: { foo: ["CANARY"] } }, "StepInputError"],
    ["an event that breaks the contract", { event: { processData: "CANARY/x" } }, "InvalidEventError"],
  ])("%s is a failure", async (_, options, name) => {
    const { values, error } = await sampleOf({ ...options, now });

    expect(error?.name).toBe(name);
    expect(values).toEqual({ ...place, StepFailed: 1 });
  });

  test.each([{ sidecar: {} }, { sidecar: undefined }])(
    "a predicate that does not hold is a retry and no failure: %j",
    async (options) => {
      const { values, error } = await sampleOf({ ...options, now });

      expect(error?.name).toBe("S3DataPreconditionError");
      expect(values).toEqual({ ...place, PredicateRetries: 1 });
    },
  );

  test("an entry that had committed before is a replay and no second success", async () => {
    const stack = createTestStack();
    const event = { sfs3: { execution: "arn:e", state: "measure", enteredAt: "2030-01-01T00:00:00Z", attempt: 1 } };
    await testStep(measure, { stack, sidecar: { foo: "abc" }, event });

    expect((await sampleOf({ stack, event, now })).values).toEqual({ ...place, StepReplayed: 1 });
  });

  test("each lost conditional write counts; a throttled one is no conflict", async () => {
    const stack = createTestStack();
    stack.fail("PutObject", { status: 412 }, { status: 503 }, { status: 409 });

    const { values } = await sampleOf({ stack, sidecar: { foo: "abc" }, now });

    expect(values).toEqual({ ...place, StepSucceeded: 1, SidecarConflicts: 2 });
  });

  test("the duration is the handler's, in milliseconds", async () => {
    const readings: number[] = [];
    const tick = ticking(7);
    const { values } = await sampleOf({
      sidecar: { foo: "abc" },
      now: () => {
        readings.push(tick());
        return readings.at(-1) ?? 0;
      },
    });

    expect(values.StepDuration).toBe((readings.at(-1) ?? 0) - (readings[0] ?? 0));
    expect(values.StepDuration).toBeGreaterThan(0);
  });

  test("without SFS3_PROCESS the step is the only dimension", async () => {
    const { values, announced } = await sampleOf({ sidecar: { foo: "" }, env: { SFS3_PROCESS: "" }, now });

    expect(announced?.Dimensions).toEqual([["Step"]]);
    expect(values).not.toHaveProperty("Process");
  });

  test("whatever is counted, CloudWatch takes the line, and no name of a metric is a dimension's", () => {
    const names = Object.keys(METRICS.units);
    const values = fc.record(Object.fromEntries(names.map((name) => [name, fc.nat()])), {
      requiredKeys: ["StepDuration"],
    });
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

    fc.assert(
      fc.property(name, fc.option(name, { nil: undefined }), values, (step, process, counted) => {
        const line: unknown = JSON.parse(renderSample({ step, process, atMs: now(), values: counted }));
        const root = EmbeddedMetric.parse(line);
        expect(names.filter((metric) => (root[metric] ?? 0) !== (counted[metric] ?? 0))).toEqual([]);
        expect(root).toMatchObject({ Step: step, ...(process !== undefined && { Process: process }) });
      }),
    );
  });
});

describe("whether there is such a line", () => {
  test.each([
    ["nothing is set", {}, 0],
    ["in Lambda", { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" }, 1],
    ["on the embedded stack", { AWS_LAMBDA_FUNCTION_NAME: "f", LAMBDA_TASK_ROOT: "/project" }, 0],
    ["in Lambda, switched off", { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand", SFS3_METRICS: "off" }, 0],
    ["outside, switched on", { SFS3_METRICS: "emf" }, 1],
    ["an empty setting is none", { SFS3_METRICS: "" }, 0],
    ["no line of the log is let through", { SFS3_METRICS: "emf", LOG_LEVEL: "FATAL" }, 1],
  ])("%s", async (_, env, count) => {
    const { log, error } = await testStep(measure, { sidecar: { foo: "abc" }, env });

    expect(error).toBeUndefined();
    expect(log.filter(isMetric)).toHaveLength(count);
  });

  test("a setting that is no such word is refused, with those that are", async () => {
    const { error } = await testStep(measure, { sidecar: { foo: "abc" }, env: { SFS3_METRICS: "on" } });

    expect(error).toMatchObject({
      name: "StepConfigurationError",
      message: "The environment variable SFS3_METRICS is 'on'; set it to 'emf' or 'off'.",
    });
  });
});
