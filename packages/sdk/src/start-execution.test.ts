import { expect, test } from "vitest";
import { executionName } from "./start-execution.js";

test("an execution is named after transaction and step", () => {
  expect(executionName({ txnId: "t", step: "s", entry: {} })).toBe("t-s");
  expect(executionName({ txnId: "t", step: "s", entry: { state: "s", enteredAt: "x" } })).toBe("t-s");
});

test("items, other states and long names have names of their own, at most 80 characters", () => {
  const long = "x".repeat(64);
  const names = [
    executionName({ txnId: "t", step: "s", entry: { item: 1 } }),
    executionName({ txnId: "t", step: "s", entry: { item: 2 } }),
    executionName({ txnId: "t", step: "s-1", entry: {} }),
    executionName({ txnId: "t", step: "s", entry: { state: "again" } }),
    executionName({ txnId: long, step: `${long}`, entry: {} }),
    executionName({ txnId: long, step: `${long.slice(1)}y`, entry: {} }),
  ];

  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toMatch(/^t-s-1-[0-9a-f]{16}$/);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
});
