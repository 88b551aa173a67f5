import { expect, test } from "vitest";
import { FAULT_KINDS, INVARIANTS, renderReport, simulate } from "./index.js";

test("every invariant holds in 300 runs, in which every kind of fault has struck", async () => {
  const tally = await simulate({ seeds: 300 });

  const report = renderReport(tally, { elapsedMs: 0 });
  expect(report.split("\n").at(-1)).toBe("300 seeds in 0 s: every invariant held");
  expect(tally.runs).toBe(300);
  expect(Object.keys(tally.faults).toSorted()).toEqual(FAULT_KINDS.toSorted());
  expect(Object.keys(tally.checks).toSorted()).toEqual(Object.keys(INVARIANTS).toSorted());
});
