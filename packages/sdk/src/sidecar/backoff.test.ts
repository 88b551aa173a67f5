import fc from "fast-check";
import { expect, test } from "vitest";
import { createBackoff } from "./backoff.js";

const LATEST = 1 - Number.EPSILON;
const longest = () => createBackoff(() => LATEST);

test("who lost to one other writer is back within three cycles of a read and a write", () => {
  const backoff = longest();

  expect(backoff.afterLoss(20)).toBe(119);
  expect(backoff.afterRead(1)).toBe(0);
});

test("a wait is anywhere in its window", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: LATEST, noNaN: true }), (drawn) => {
      expect(createBackoff(() => drawn).afterLoss(20)).toBe(Math.floor(drawn * 120));
    }),
  );
});

test("the window grows with each loss, and with the round trip, up to six seconds", () => {
  const backoff = longest();

  expect([20, 20, 20, 40, 20].map((roundTripMs) => backoff.afterLoss(roundTripMs))).toEqual([
    119, 479, 1_919, 5_999, 5_999,
  ]);
});

test("who finds that three and more wrote since it last read waits once more instead of losing again", () => {
  const waits = [2, 3, 4, 5].map((commits) => {
    const backoff = longest();
    backoff.afterLoss(20);
    return [backoff.afterRead(commits), backoff.afterRead(commits)];
  });

  expect(waits).toEqual([
    [0, 0],
    [1_439, 0],
    [2_559, 0],
    [3_999, 0],
  ]);
});

test("in a crowd each further loss halves the window, which stays wide", () => {
  const backoff = longest();
  backoff.afterLoss(20);
  backoff.afterRead(3);

  expect([1, 2, 3].map(() => backoff.afterLoss(20))).toEqual([719, 639, 639]);
});

test("no sequence of losses and reads leads to a wait that is negative, fractional or above six seconds", () => {
  const event = fc.oneof(fc.record({ roundTripMs: fc.nat(60_000) }), fc.record({ commits: fc.nat(10_000) }));
  fc.assert(
    fc.property(fc.array(event), fc.double({ min: 0, max: LATEST, noNaN: true }), (events, drawn) => {
      const backoff = createBackoff(() => drawn);
      for (const seen of events) {
        const waitMs = "commits" in seen ? backoff.afterRead(seen.commits) : backoff.afterLoss(seen.roundTripMs);
        expect(Number.isInteger(waitMs) && waitMs >= 0 && waitMs <= 6_000).toBe(true);
      }
    }),
  );
});
