import * as fc from "fast-check";
import { expect, test } from "vitest";
import { virtualClock } from "./fixtures/virtual-clock.js";
import { createScheduler } from "./scheduler.js";

test("each entry runs once, in the order of time, on one timer; none that was cancelled does", () => {
  const entries = fc.array(
    fc.record({ delayMs: fc.integer({ min: 0, max: 500 }), cancelAtMs: fc.option(fc.integer({ min: 0, max: 500 })) }),
    {
      maxLength: 300,
    },
  );
  fc.assert(
    fc.property(entries, (given) => {
      const clock = virtualClock();
      const scheduler = createScheduler(clock);
      const ran: number[] = [];
      const beginMs = clock.now();
      const cancels = given.map(({ delayMs }, index) =>
        scheduler.after(delayMs, () => {
          expect(clock.now() - beginMs).toBe(delayMs);
          ran.push(index);
        }),
      );

      for (let elapsedMs = 0; elapsedMs <= 500; elapsedMs += 1) {
        given.forEach(({ cancelAtMs }, index) => {
          if (cancelAtMs === elapsedMs) cancels[index]?.();
        });
        expect(clock.timers.size).toBeLessThanOrEqual(1);
        clock.advance(elapsedMs === 500 ? 0 : 1);
      }

      const isRun = ({ delayMs, cancelAtMs }: (typeof given)[number]) =>
        cancelAtMs === null || cancelAtMs >= Math.max(1, delayMs);
      const expected = given.flatMap((entry, index) => (isRun(entry) ? [index] : []));
      expect([...ran].sort((a, b) => a - b)).toEqual(expected);
      const delays = ran.map((index) => given[index]?.delayMs ?? -1);
      expect(delays).toEqual([...delays].sort((a, b) => a - b));
      expect(clock.timers.size).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("a delay beyond what timers can hold is not due at once", () => {
  const clock = virtualClock();
  const scheduler = createScheduler(clock);
  let runs = 0;
  scheduler.after(2 ** 31 + 5_000, () => {
    runs += 1;
  });

  clock.advance(2 ** 31);
  expect(runs).toBe(0);
  clock.advance(5_000);
  expect(runs).toBe(1);
});

test("ten thousand cancelled entries keep neither a timer nor themselves", () => {
  const clock = virtualClock();
  const scheduler = createScheduler(clock);
  const cancels = Array.from({ length: 10_000 }, () => scheduler.after(1e9, () => {}));

  for (const cancel of cancels) cancel();

  expect(clock.timers.size).toBe(0);
});
