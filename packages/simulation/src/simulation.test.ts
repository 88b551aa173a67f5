import { expect, test } from "vitest";
import { FAULT_KINDS, INVARIANTS, MUTATIONS, renderReport, simulate } from "./index.js";
import { tryMutation } from "./try-mutations.js";

/** So many notice a protocol that is broken. */
const SEEDS = 300;

test("every invariant holds in 300 runs, in which every kind of fault has struck", async () => {
  const tally = await simulate({ seeds: SEEDS });

  const report = renderReport(tally, { elapsedMs: 0 });
  expect(report.split("\n").at(-1)).toBe("300 seeds in 0 s: every invariant held");
  expect(tally.runs).toBe(SEEDS);
  expect(Object.keys(tally.faults).toSorted()).toEqual(FAULT_KINDS.toSorted());
  expect(Object.keys(tally.checks).toSorted()).toEqual(Object.keys(INVARIANTS).toSorted());
});

test("a seed replays: whatever ran before it, and in whichever thread, everything happens again in the same order", async () => {
  const [alone, among] = [
    await simulate({ from: 23, seeds: 1, isTraced: true }),
    await simulate({ from: 21, seeds: 3, isTraced: true, threads: 1 }),
  ];

  expect(alone.trace.length).toBeGreaterThan(50);
  expect(among.trace.slice(-alone.trace.length)).toEqual(alone.trace);
});

// The others take minutes, and have a check of their own: npm run simulate -- --mutations.
test.each(MUTATIONS.slice(0, 1))("a protocol that is broken by $name is caught", async (mutation) => {
  const { violation } = await tryMutation(mutation, SEEDS);

  expect(mutation.breaks).toContain(violation?.invariant);
});

test("a mutation that no longer fits its module is refused", async () => {
  const [mutation] = MUTATIONS;

  await expect(simulate({ seeds: 1, mutation: { ...mutation, text: "gone" } })).rejects.toThrow(
    `'PUT without If-Match': sdk/dist/sidecar/store.js has 0 times "gone", not once. Make the edit fit it.`,
  );
  await expect(simulate({ seeds: 1, mutation: { ...mutation, module: "gone.js" } })).rejects.toThrow(
    "'PUT without If-Match': no module ends in gone.js.",
  );
});
