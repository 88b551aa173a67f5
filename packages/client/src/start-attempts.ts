import { type Backoff, fullJitterMs } from "./backoff.js";
import { unlessAborted } from "./deadline.js";
import { StartError } from "./errors.js";
import type { ProcessApi, Started } from "./process-api.js";
import type { Scheduler } from "./scheduler.js";

export interface StartAttempts<TInput> {
  readonly api: ProcessApi<TInput>;
  readonly input: TInput;
  readonly idempotencyKey: string | undefined;
  readonly signal: AbortSignal;
  readonly scheduler: Scheduler;
  readonly random: () => number;
}

const MAX_ATTEMPTS = 3;
const BACKOFF: Backoff = { firstMs: 500, maxMs: 5_000 };

/** Starts again where that can help and cannot start a second process. @throws `StartError` */
export async function startWithRetry<TInput>(options: StartAttempts<TInput>): Promise<Started> {
  const { api, input, idempotencyKey, signal, scheduler, random } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.start(input, { idempotencyKey, signal });
    } catch (error) {
      const mayRetry = idempotencyKey !== undefined && error instanceof StartError && error.retryable;
      if (!mayRetry || attempt === MAX_ATTEMPTS) throw error;
    }
    await pause(scheduler, fullJitterMs(BACKOFF, attempt, random), signal);
  }
}

async function pause(scheduler: Scheduler, delayMs: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => {
    cancel = scheduler.after(delayMs, resolve);
  });
  await unlessAborted(over, signal).finally(cancel);
}

/** Nobody knows whether a process was started that nobody answered for. */
export const lateStart = (limitMs: number): StartError =>
  new StartError(
    `The start was not answered within ${limitMs} ms; whether the process was started is unknown. ` +
      "With an idempotencyKey it can be started again without a second process.",
  );
