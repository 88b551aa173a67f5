import { afterEach, expect, test, vi } from "vitest";
import { deadlineSignal, remainingMs } from "./deadline.js";

afterEach(() => void vi.useRealTimers());

test("the signal aborts 500 ms before the deadline, and not after it was cleared", () => {
  vi.useFakeTimers();
  const kept = deadlineSignal(3_000);
  const cleared = deadlineSignal(3_000);
  cleared.clear();

  vi.advanceTimersByTime(2_499);
  expect(kept.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);

  expect([kept.signal.aborted, cleared.signal.aborted]).toEqual([true, false]);
  expect(kept.signal.reason).toMatchObject({ name: "TimeoutError" });
});

test("a short invocation keeps three quarters of its time; outside Lambda there are 30 s", () => {
  vi.useFakeTimers();
  const { signal } = deadlineSignal(400);

  vi.advanceTimersByTime(300);

  expect(signal.aborted).toBe(true);
  expect(remainingMs(undefined)).toBe(30_000);
});
