/** Writes what is added in batches: one is written at a time, and all that comes meanwhile is the next. */
export interface Batches<T> {
  add(item: T): void;
  /** Has all that was added so far written now; rejects where the last of it could not be. */
  flushed(): Promise<void>;
}

interface BatchesOptions<T> {
  readonly write: (items: readonly T[]) => Promise<void>;
  /** Hears why a batch could not be written, whether or not somebody waits for it. */
  readonly failed: (error: unknown) => void;
}

interface Batch<T> {
  readonly items: T[];
  readonly written: Promise<void>;
  /** Ends the time in which items are collected. */
  close(): void;
}

/** How long items are collected while nobody waits for them: what a killed process loses at most. */
const COLLECT_MS = 5;

export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createBatches<T>({ write, failed }: BatchesOptions<T>): Batches<T> {
  let open: Batch<T> | undefined;
  let last = Promise.resolve();

  const writeAfter = async (before: Promise<void>, collected: Promise<void>, items: readonly T[]) => {
    await Promise.all([collected, before.catch(() => {})]);
    // Those who wait are often many, all of the same turn.
    await nextTurn();
    open = undefined;
    await write(items);
  };

  const openBatch = (): Batch<T> => {
    const items: T[] = [];
    let close = () => {};
    const collected = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, COLLECT_MS);
      close = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const written = writeAfter(last, collected, items);
    written.catch(failed);
    last = written;
    return { items, written, close };
  };

  return {
    add: (item) => {
      open ??= openBatch();
      open.items.push(item);
    },
    flushed: () => {
      open?.close();
      return last;
    },
  };
}
