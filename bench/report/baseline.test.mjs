import { expect, test } from "vitest";
import { regressions, updated } from "./baseline.mjs";
import { aim, figure } from "./figures.mjs";

const CELL = "1 MB, sfs3 document: CPU";
const baseline = { step: { [CELL]: { ratio: 0.4, noise: 0.1 } } };
const run = (rounds, { control, aims = [] } = {}) => ({ step: { ratios: [figure(CELL, rounds, control)], aims } });

test("a ratio that is as it was, or better, is no regression", () => {
  expect(regressions(baseline, run([0.4, 0.4, 0.4]))).toEqual([]);
  expect(regressions(baseline, run([0.2, 0.2, 0.2]))).toEqual([]);
});

test("a ratio beyond the baseline's noise is named, with what it was and what noise explains", () => {
  expect(regressions(baseline, run([0.43, 0.44, 0.43]))).toEqual([]);
  expect(regressions(baseline, run([0.45, 0.45, 0.45]))).toEqual([
    "step, 1 MB, sfs3 document: CPU: 0.450, was 0.4, and noise explains 0.440.",
  ]);
});

test("rounds of this run that lie further apart than the baseline's explain more", () => {
  expect(regressions(baseline, run([0.4, 0.45, 0.5]))).toEqual([]);
});

test("so does a handler that this run measured twice and found different", () => {
  expect(regressions(baseline, run([0.47, 0.47, 0.47], { control: [1.05, 0.8, 1] }))).toEqual([]);
  expect(regressions(baseline, run([0.47, 0.47, 0.47], { control: [1.05, 0.95, 1] }))).toHaveLength(1);
});

test("rounds that say nothing are no excuse: the cell is named, and the machine", () => {
  expect(regressions(baseline, run([0.2, 0.4, 0.8]))).toEqual([
    "step, 1 MB, sfs3 document: CPU: cannot be judged, its rounds differ by 150%. Run on a machine that does nothing else.",
  ]);
});

test("a round that is far off is no noise where there are many of them", () => {
  const many = [...Array.from({ length: 19 }, () => 0.45), 0.1, 3];

  expect(regressions(baseline, run(many))).toHaveLength(1);
  expect(regressions(baseline, run(many))[0]).toContain("0.450, was 0.4");
});

test("what is counted differs by nothing, and is allowed the twentieth part that any machine may differ by", () => {
  const counted = { step: { requests: { ratio: 1, noise: 0 } } };
  const of = (value) => ({ step: { ratios: [figure("requests", [value, value])], aims: [] } });

  expect(regressions(counted, of(1.05))).toEqual([]);
  expect(regressions(counted, of(4 / 3))).toHaveLength(1);
});

test("a cell that only one of the runs has is named: a table does not shrink unseen", () => {
  const other = { step: { ratios: [figure("10 MB", [1])], aims: [] } };

  expect(regressions(baseline, other)).toEqual([
    "step, 10 MB: is not in the baseline. Write it with --update-baseline.",
    "step, 1 MB, sfs3 document: CPU: is in the baseline and was not measured.",
  ]);
});

test("tables that were not measured are not judged", () => {
  expect(regressions({ ...baseline, chain: { wall: { ratio: 0.1, noise: 0 } } }, run([0.4]))).toEqual([]);
});

test("an aim that is missed beyond its rounds' noise is named, one within it is not", () => {
  const missed = (rounds) => run([0.4], { aims: [aim("1 MB", "of by hand", 0.45, rounds)] });

  expect(regressions(baseline, missed([0.44, 0.45, 0.45]))).toEqual([]);
  expect(regressions(baseline, missed([0.44, 0.46, 0.47]))).toEqual([]);
  expect(regressions(baseline, missed([0.6, 0.6, 0.61]))).toEqual(["step, 1 MB: of by hand ≤ 0.45: 0.6, **missed**"]);
});

test("an aim that is a count is missed by one", () => {
  const lost = (count) => run([0.4], { aims: [aim("document", "lost", 0, [count])] });

  expect(regressions(baseline, lost(0))).toEqual([]);
  expect(regressions(baseline, lost(1))).toHaveLength(1);
});

test("a run is no regression from the baseline that it wrote", () => {
  const results = run([0.41234, 0.45, 0.5]);

  expect(updated({}, results)).toEqual({ step: { [CELL]: { ratio: 0.45, noise: 0.195 } } });
  expect(regressions(updated({}, results), results)).toEqual([]);
});

test("writing one table's baseline keeps the others', and writes none for a table without ratios", () => {
  const before = { chain: { wall: { ratio: 0.1, noise: 0 } } };

  expect(Object.keys(updated(before, { ...run([0.4]), bundle: { ratios: [], aims: [] } }))).toEqual(["chain", "step"]);
});
