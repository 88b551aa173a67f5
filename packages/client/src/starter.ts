import type { Connection } from "./connection.js";
import { unlessAborted, within } from "./deadline.js";
import type { Started } from "./process-api.js";
import { lateStart, type StartAttempts, startWithRetry } from "./start-attempts.js";
import type { Expectation, Watch } from "./watch.js";

/** How a process is started. */
export interface StartOptions {
  /**
   * Makes a repeated start return the process that the first one started. With it, a start that got no answer is tried
   * again, three times in all. Default: none.
   */
  readonly idempotencyKey?: string | undefined;
  /** Ends the start with the signal's reason; whether the process was started is then unknown. */
  readonly signal?: AbortSignal | undefined;
}

export interface StarterOptions<TInput> extends Pick<StartAttempts<TInput>, "api" | "scheduler" | "random"> {
  readonly connection: Pick<Connection, "tried">;
  readonly watch: Pick<Watch, "expect">;
  readonly closing: AbortSignal;
}

/** A process that was started, and what waits for its end. */
export interface Begun {
  readonly started: Started;
  readonly wait: ReturnType<Expectation["started"]>;
}

/** Starts a process once its end would be heard of, or it is known that it would not. */
export type Starter<TInput> = (input: TInput, options: StartOptions & { readonly limitMs: number }) => Promise<Begun>;

export const createStarter = <TInput>(options: StarterOptions<TInput>): Starter<TInput> => {
  const { scheduler, watch, connection, closing } = options;
  return async (input, { idempotencyKey, signal, limitMs }) => {
    closing.throwIfAborted();
    await unlessAborted(unlessAborted(connection.tried(), signal), closing);
    const expectation = watch.expect({ mayBeOld: idempotencyKey !== undefined });
    try {
      const limits = { limitMs, signals: [signal, closing], late: () => lateStart(limitMs) };
      const started = await within(scheduler, limits, (limit) =>
        startWithRetry({ ...options, input, signal: limit, idempotencyKey }),
      );
      return { started, wait: expectation.started(started) };
    } finally {
      expectation.over();
    }
  };
};
