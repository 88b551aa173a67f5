import { expect, test } from "vitest";
import { executionName } from "./start-execution.js";

test("an execution is named after transaction and step", () => {
  expect(executionName({ txnId: "t", step: "s", entry: {}, round: 0 })).toBe("t-s");
  expect(executionName({ txnId: "t", step: "s", entry: { state: "s", enteredAt: "x" }, round: 0 })).toBe("t-s");
});

test("items, other states, rounds and long names have names of their own, at most 80 characters", () => {
  const long = "x".repeat(64);
  const names = [
    executionName({ txnId: "t", step: "s", entry: { item: 1 }, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: { item: 2 }, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: {}, round: 1 }),
    executionName({ txnId: "t", step: "s", entry: {}, round: 2 }),
    executionName({ txnId: "t", step: "s", entry: { item: 1 }, round: 1 }),
    executionName({ txnId: "t", step: "s-1", entry: {}, round: 0 }),
    executionName({ txnId: "t", step: "s", entry: { state: "again" }, round: 0 }),
    executionName({ txnId: long, step: `${long}`, entry: {}, round: 0 }),
    executionName({ txnId: long, step: `${long.slice(1)}y`, entry: {}, round: 0 }),
  ];

  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toMatch(/^t-s-1-[0-9a-f]{16}$/);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
});
