/** Runs `critical` when all earlier calls for the same key have settled. */
export type KeyLock = <TResult>(key: string, critical: () => Promise<TResult>) => Promise<TResult>;

/** One queue per key; keys do not wait for each other, and a failure does not hold up the queue. */
export function createKeyLock(): KeyLock {
  const tails = new Map<string, Promise<unknown>>();
  return (key, critical) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(critical);
    const tail: Promise<unknown> = result
      .catch(() => undefined)
      .then(() => tails.get(key) === tail && tails.delete(key));
    tails.set(key, tail);
    return result;
  };
}
