import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Assumptions, billOf, totalOf } from "./bill.js";
import { PRICES } from "./prices.js";
import { trafficOf } from "./traffic.js";
import type { Visit, Workload } from "./workload.js";

const visit = (step: string, fields: Partial<Visit> = {}): Visit => ({
  step,
  outputKey: `${step}-output`,
  reads: [],
  isItem: false,
  outputBytes: 1_000,
  durationMs: 100,
  ...fields,
});

const workload = (...visits: readonly Visit[]): Workload => ({
  inputBytes: 100,
  visits,
  transitions: visits.length + 2,
  machines: 1,
  durationMs: 250,
});

const ASSUMPTIONS: Assumptions = {
  executions: 1e6,
  memoryMb: 1_024,
  s3RequestMs: 0,
  s3BytesPerSecond: Number.POSITIVE_INFINITY,
  keepDays: 30,
  keepVersionsDays: 30,
};

describe("the document layout", () => {
  test("reads and writes all there is, at each step", () => {
    expect(trafficOf(workload(visit("a"), visit("b")), "document")).toEqual({
      gets: 2,
      puts: 3,
      readBytes: 100 + 1_100,
      writtenBytes: 100 + 1_100 + 2_100,
      storedBytes: 2_100,
      roundTrips: 4,
    });
  });

  test("moves about the square of what the steps add: 20 steps of 1 MB move 400 MB", () => {
    const steps = Array.from({ length: 20 }, (_, at) => visit(`s${at}`, { outputBytes: 1e6 }));
    const { readBytes, writtenBytes } = trafficOf(workload(...steps), "document");

    expect(readBytes + writtenBytes).toBe(20 ** 2 * 1e6 + 41 * 100);
  });
});

describe("the parts layout", () => {
  test("reads what a step names, looks for its own part, and writes that", () => {
    const reading = visit("b", { reads: ["a-output", "orderId"] });

    expect(trafficOf(workload(visit("a"), reading), "parts")).toEqual({
      // a: its own. b: its own, a's, orderId's (which is none) and the input.
      gets: 1 + 4,
      puts: 3,
      readBytes: 1_100,
      writtenBytes: 2_100,
      storedBytes: 2_100,
      roundTrips: 4,
    });
  });

  test("reads everything for a step that takes any key", () => {
    const { readBytes } = trafficOf(workload(visit("a"), visit("b", { reads: undefined })), "parts");

    expect(readBytes).toBe(1_100);
  });
});

test("a Map's items add up, a loop's rounds replace each other", () => {
  const rounds = workload(visit("a"), visit("a", { outputBytes: 10 }));
  const items = workload(visit("a", { isItem: true }), visit("a", { isItem: true }));

  expect(trafficOf(rounds, "parts").storedBytes).toBe(110);
  expect(trafficOf(items, "parts").storedBytes).toBe(2_100);
});

test("in either layout the same is stored, and parts never write more", () => {
  const anyVisit = fc.record({ step: fc.constantFrom("a", "b", "c"), outputBytes: fc.nat(1e6), isItem: fc.boolean() });
  fc.assert(
    fc.property(fc.array(anyVisit, { maxLength: 20 }), (visits) => {
      const load = workload(...visits.map(({ step, ...fields }) => visit(step, fields)));
      const [document, parts] = [trafficOf(load, "document"), trafficOf(load, "parts")];

      expect(document.storedBytes).toBe(parts.storedBytes);
      expect(document.writtenBytes).toBeGreaterThanOrEqual(parts.writtenBytes);
    }),
  );
});

test("a bill is the list prices times what a million executions take", () => {
  const load = workload(visit("a"), visit("b"));
  const bill = billOf(load, { layout: "document", type: "Standard", prices: PRICES, assumptions: ASSUMPTIONS });

  expect(bill["Step Functions"]).toBeCloseTo(4 * 25);
  expect(bill["Lambda requests"]).toBeCloseTo(2 * 0.2);
  expect(bill["Lambda time"]).toBeCloseTo(0.2 * 0.0000133334 * 1e6);
  expect(bill["S3 PUT"]).toBeCloseTo(3 * 5);
  expect(bill["S3 GET"]).toBeCloseTo(2 * 0.4);
  // 2,100 bytes that stand and 1,200 that were replaced, for a month.
  expect(bill["S3 storage"]).toBeCloseTo(((3_300 * 1e6) / 2 ** 30) * 0.023);
  expect(bill["IoT messages"]).toBeCloseTo(3);
  expect(totalOf(bill)).toBeCloseTo(Object.values(bill).reduce((sum, cost) => sum + cost));
});

test("Express bills the start, and time in steps of 100 ms and 64 MB", () => {
  const load = workload(visit("a"));
  const { "Step Functions": cost } = billOf(load, {
    layout: "document",
    type: "Express",
    prices: PRICES,
    assumptions: ASSUMPTIONS,
  });

  // 250 ms are billed as 300.
  expect(cost).toBeCloseTo(1 + 0.3 * (64 / 1_024) * 0.00001667 * 1e6);
});

test("what S3 takes is paid as Lambda's time: two round trips a step, and the bytes", () => {
  const load = workload(visit("a", { durationMs: 0 }));
  const assumptions = { ...ASSUMPTIONS, s3RequestMs: 50, s3BytesPerSecond: 1_300 };
  const bill = billOf(load, { layout: "document", type: "Standard", prices: PRICES, assumptions });

  // 100 bytes read, 100 and 1,100 written.
  expect(bill["Lambda time"]).toBeCloseTo((0.1 + 1) * 0.0000133334 * 1e6);
});
