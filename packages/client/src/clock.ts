/** Time, as the client sees it. Tests put another one in its place. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** @returns what cancels it */
  setTimeout(run: () => void, delayMs: number): () => void;
}

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
