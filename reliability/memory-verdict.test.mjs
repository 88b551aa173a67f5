import { describe, expect, test } from "vitest";
import { judge } from "./memory-verdict.mjs";

const MIB = 1024 ** 2;

/** What a stack takes over 40 samples; each may add to what is held at rest. */
const soaked = ({ heapMib = () => 40, rssMib = () => 300, perSecond = 10 }) =>
  Array.from({ length: 40 }, (_, second) => ({
    atMs: second * 1_000,
    executions: second * perSecond,
    heapBytes: heapMib(second) * MIB,
    rssBytes: rssMib(second) * MIB,
    workerHeapBytes: 100 * MIB,
    workers: 8,
  }));

describe("memory is flat", () => {
  test("where nothing grows", () => {
    const { isFlat, growth, quarters } = judge(soaked({}), 0);

    expect({ isFlat, growth }).toEqual({ isFlat: true, growth: { heapBytes: 0, rssBytes: 0 } });
    expect(quarters.map(({ executions }) => executions)).toEqual([90, 190, 290, 390]);
  });

  test("where it grows while it warms up", () => {
    expect(judge(soaked({ heapMib: (second) => 20 + Math.min(second, 10) * 2 }), 0).isFlat).toBe(true);
  });

  test("where single samples are high", () => {
    expect(judge(soaked({ rssMib: (second) => (second % 10 === 0 ? 900 : 300) }), 0).isFlat).toBe(true);
  });

  test("where it grows by the index of what is kept and no more", () => {
    const indexBytes = 8 * 1024;
    const grown = (base) => (second) => base + (second * 10 * indexBytes) / MIB;

    const { isFlat, growth } = judge(soaked({ heapMib: grown(40), rssMib: grown(300) }), indexBytes);

    expect(isFlat).toBe(true);
    expect(growth.heapBytes).toBeCloseTo(0, 10);
  });
});

describe("memory is not flat", () => {
  test("where the heap grows by more than a tenth from the second quarter to the last", () => {
    const { isFlat, growth } = judge(soaked({ heapMib: (second) => 40 + second / 4 }), 0);

    expect(isFlat).toBe(false);
    expect(growth.heapBytes).toBeCloseTo(5 / (40 + 14.5 / 4), 10);
  });

  test("where the process grows by more than a fifth", () => {
    expect(judge(soaked({ rssMib: (second) => 300 + second * 4 }), 0).isFlat).toBe(false);
  });

  test("where the index of each execution is larger than it may be", () => {
    expect(judge(soaked({}), 8 * 1024 + 1).isFlat).toBe(false);
  });
});

test("nothing is judged by samples of less than four quarters", () => {
  expect(judge(soaked({}).slice(0, 3), 0)).toBeUndefined();
});
