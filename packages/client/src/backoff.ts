/** Waits that grow: the first one's bound, and the last one's. Unit: milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Full jitter: anywhere up to a bound that doubles with each attempt, so that clients spread out. Unit: milliseconds. */
export const fullJitterMs = ({ firstMs, maxMs }: Backoff, attempts: number, random: () => number): number =>
  Math.floor(random() * bound({ firstMs, maxMs }, attempts));

/** Equal jitter: at least half the bound, for what must not come back at once. Unit: milliseconds. */
export const equalJitterMs = (backoff: Backoff, attempts: number, random: () => number): number => {
  const half = bound(backoff, attempts) / 2;
  return Math.floor(half + random() * half);
};

const bound = ({ firstMs, maxMs }: Backoff, attempts: number): number => Math.min(maxMs, firstMs * 2 ** attempts);
