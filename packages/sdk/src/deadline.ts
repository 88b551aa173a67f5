import type { LambdaContext } from "./step.js";

const DEFAULT_BUDGET_MS = 30_000;
const MAX_LEAD_MS = 500;

/** Unit: milliseconds from now. Outside Lambda: 30 s. */
export const remainingMs = (lambda: LambdaContext | undefined): number =>
  lambda?.getRemainingTimeInMillis?.() ?? DEFAULT_BUDGET_MS;

/** How long before the Lambda's deadline the step stops beginning things. */
export const leadMs = (remaining: number): number => Math.min(MAX_LEAD_MS, remaining / 4);

/** A signal that aborts shortly before the deadline, and what takes its timer away. */
export const deadlineSignal = (remaining: number): { signal: AbortSignal; clear: () => void } => {
  const controller = new AbortController();
  const reason = new DOMException("The Lambda's deadline is near.", "TimeoutError");
  const timer = setTimeout(() => controller.abort(reason), Math.max(0, remaining - leadMs(remaining)));
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
};
