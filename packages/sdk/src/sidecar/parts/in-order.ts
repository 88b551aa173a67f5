/**
 * What `act` makes of each value, in their order, with at most `limit` of them begun ahead.
 *
 * A failure is thrown in its place in the order; what was begun behind it is left to end.
 */
export async function* inOrder<T, R>(
  values: Iterable<T> | AsyncIterable<T>,
  limit: number,
  act: (value: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const begun: Promise<R>[] = [];
  for await (const value of values) {
    const acting = act(value);
    acting.catch(() => undefined);
    begun.push(acting);
    if (begun.length >= limit) yield await (begun.shift() as Promise<R>);
  }
  while (begun.length > 0) yield await (begun.shift() as Promise<R>);
}
