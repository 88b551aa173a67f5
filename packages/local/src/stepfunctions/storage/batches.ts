/** Writes what is added in batches: one is written at a time, and all that comes meanwhile is the next. */
export interface Batches<T> {
  add(item: T): void;
  /** Resolves once all that was added so far is written; rejects where that batch could not be. */
  flushed(): Promise<void>;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface BatchesOptions<T> {
  readonly write: (items: readonly T[]) => Promise<void>;
  /** Hears why a batch could not be written, whether or not somebody waits for it. */
  readonly failed: (error: unknown) => void;
}

export function createBatches<T>({ write, failed }: BatchesOptions<T>): Batches<T> {
  let open: { readonly items: T[]; readonly written: Promise<void> } | undefined;
  let last = Promise.resolve();

  const openBatch = () => {
    const items: T[] = [];
    const written = last
      .catch(() => {})
      .then(nextTurn)
      .then(() => {
        open = undefined;
        return write(items);
      });
    written.catch(failed);
    last = written;
    return { items, written };
  };

  return {
    add: (item) => {
      open ??= openBatch();
      open.items.push(item);
    },
    flushed: () => last,
  };
}
