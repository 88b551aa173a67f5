/**
 * Writes what is added in batches: one is written at a time, and all that comes meanwhile is the next. What cannot be
 * written stays, in its order, and is tried again.
 */
export interface Batches<T> {
  add(item: T): void;
  /** Has all that was added so far written now; rejects where it could not be. */
  flushed(): Promise<void>;
  /** Resolves once all that was added so far is written, however long that takes; rejects only after {@link endRetries}. */
  written(): Promise<void>;
  /** Resolves at once where nothing is left over from a failure; else has it written now, or rejects. */
  caughtUp(): Promise<void>;
  /** What is not written yet. */
  unwritten(): readonly T[];
  /** From now on what cannot be written is not tried again, unless somebody asks. */
  endRetries(): void;
}

/** Hears of every batch, whether or not somebody waits for it. */
export interface BatchOutcome {
  /** Hears why a batch could not be written. @returns what those hear who wait for it */
  failed(error: unknown): unknown;
  written(): void;
}

interface BatchesOptions<T> {
  /** Writes all of them, or none. */
  readonly write: (items: readonly T[]) => void;
  readonly outcome: BatchOutcome;
}

interface Attempt {
  /** Ends the time in which items are collected. */
  begin(): void;
}

/** How long items are collected while nobody waits for them: what a killed process loses at most. */
const COLLECT_MS = 5;

/** How long after a failure the next attempt is made. */
const RETRY_MS = 1_000;

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A pause that can be cut short. */
function startPause(delayMs: number): { readonly over: Promise<void>; end(): void } {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    end = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { over, end };
}

export function createBatches<T>({ write, outcome }: BatchesOptions<T>): Batches<T> {
  let queue: T[] = [];
  let open: Attempt | undefined;
  let last = Promise.resolve();
  let isBehind = false;
  let isEnding = false;

  const writeQueue = () => {
    open = undefined;
    try {
      write(queue);
    } catch (error) {
      isBehind = true;
      if (!isEnding) open = attemptAfter(RETRY_MS);
      throw outcome.failed(error);
    }
    queue = [];
    isBehind = false;
    outcome.written();
  };

  const attemptAfter = (delayMs: number): Attempt => {
    const pause = startPause(delayMs);
    // Those who wait are often many, all of the same turn.
    last = pause.over.then(nextTurn).then(writeQueue);
    last.catch(() => {});
    return { begin: pause.end };
  };

  const flushed = () => {
    if (open === undefined && queue.length > 0) open = attemptAfter(0);
    open?.begin();
    return last;
  };

  return {
    add: (item) => {
      queue.push(item);
      open ??= attemptAfter(COLLECT_MS);
    },
    flushed,
    written: async () => {
      for (let attempt = flushed(); ; attempt = last) {
        const failure = await attempt.then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        if (failure === undefined) return;
        if (isEnding) throw failure.error;
      }
    },
    caughtUp: () => (isBehind ? flushed() : Promise.resolve()),
    unwritten: () => queue,
    endRetries: () => {
      isEnding = true;
    },
  };
}
