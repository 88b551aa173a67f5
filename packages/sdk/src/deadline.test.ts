import { afterEach, expect, test, vi } from "vitest";
import { createDeadline } from "./deadline.js";

afterEach(() => void vi.useRealTimers());

const lambda = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs });

test("fn's signal aborts 500 ms before the deadline, S3's requests 250 ms, and neither after it was cleared", () => {
  vi.useFakeTimers();
  const { signal, requestSignal } = createDeadline(lambda(3_000), 0);
  const cleared = createDeadline(lambda(3_000), 0);
  cleared.clear();

  vi.advanceTimersByTime(2_499);
  expect([signal.aborted, requestSignal.aborted]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect([signal.aborted, requestSignal.aborted]).toEqual([true, false]);
  vi.advanceTimersByTime(250);
  expect([signal.aborted, requestSignal.aborted]).toEqual([true, true]);

  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
  expect([cleared.signal.aborted, cleared.requestSignal.aborted]).toEqual([false, false]);
});

test("writes are tried again until 500 ms, messages waited for until 50 ms before the deadline", () => {
  const { retryUntilMs, publishUntilMs, clear } = createDeadline(lambda(3_000), 10_000);
  clear();

  expect([retryUntilMs, publishUntilMs]).toEqual([12_500, 12_950]);
});

test("a short invocation keeps three quarters of its time; outside Lambda there are 30 s", () => {
  vi.useFakeTimers();
  const { signal, publishUntilMs } = createDeadline(lambda(400), 0);

  vi.advanceTimersByTime(300);

  expect([signal.aborted, publishUntilMs]).toEqual([true, 390]);
  expect(createDeadline(undefined, 0).retryUntilMs).toBe(29_500);
});
