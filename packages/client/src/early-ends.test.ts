import { expect, test } from "vitest";
import { createEarlyEnds } from "./early-ends.js";

test("ends are kept while a start is under way, and only then", () => {
  const early = createEarlyEnds();
  early.keep("0x1", "SUCCEEDED");
  const first = early.expect();
  const second = early.expect();

  early.keep("0x2", "FAILED");
  first();

  expect([early.of("0x1"), early.of("0x2")]).toEqual([undefined, "FAILED"]);
  second();
  expect(early.of("0x2")).toBe(undefined);
});

test("others' ends cannot fill the memory: the oldest goes", () => {
  const early = createEarlyEnds();
  early.expect();

  for (let index = 0; index <= 10_000; index += 1) early.keep(`0x${index}`, "SUCCEEDED");

  expect([early.of("0x0"), early.of("0x1"), early.of("0x10000")]).toEqual([undefined, "SUCCEEDED", "SUCCEEDED"]);
});
