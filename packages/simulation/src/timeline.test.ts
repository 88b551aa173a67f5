import fc from "fast-check";
import { expect, test } from "vitest";
import { createTimeline } from "./timeline.js";

const never = () => false;

test("what is due happens in the order of its time, of one time in the order in which it was asked for", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), async (delays) => {
      const timeline = createTimeline(1_000);
      const happened: [number, number][] = [];
      for (const [index, delayMs] of delays.entries())
        timeline.after(delayMs, () => happened.push([timeline.now(), index]));

      await timeline.run(never);

      expect(happened).toEqual(
        delays
          .map((delayMs, index) => [1_000 + delayMs, index])
          .toSorted(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j),
      );
    }),
  );
});

test("what is cancelled does not happen, and takes no time", async () => {
  const timeline = createTimeline(0);
  timeline.after(5, () => {});
  const cancel = timeline.after(10, () => expect.unreachable());
  cancel();

  await timeline.run(never);

  expect(timeline.now()).toBe(5);
});

test("what follows without time is done before the next one's turn", async () => {
  const timeline = createTimeline(0);
  const order: string[] = [];
  timeline.after(1, () => {
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => process.nextTick(() => order.push("tick")));
  });
  timeline.after(1, () => order.push("next"));

  await timeline.run(never);

  expect(order).toEqual(["tick", "next"]);
});
