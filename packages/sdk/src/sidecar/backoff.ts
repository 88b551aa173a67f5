const CYCLE_ROUND_TRIPS = 2;
const MIN_CYCLE_MS = 5;
const MAX_WINDOW_MS = 6_000;

/** How many cycles a first loser may wait: it has met one other writer, and may have met hundreds. */
const FIRST_WINDOW_CYCLES = 3;
const GROWTH = 4;

/** So many commits between two reads are a crowd. */
const CROWD_COMMITS = 3;
const CROWD_CYCLES = 4;
const MIN_CROWD_CYCLES = 16;

/** Waits of one merge, in milliseconds. */
export interface Backoff {
  /** Before the document is read again. */
  afterLoss(roundTripMs: number): number;
  /** Before yet another read, where a write now would be lost; 0 where it is worth its try. */
  afterRead(commits: number): number;
}

/**
 * Full jitter over a window that fits the contention, in cycles: a cycle is a read and a write, so one commit. Losses are
 * dear, for each costs two requests. A crowd is told by the commits that a writer finds when it reads again: it then waits
 * once more, over a window that grows with their square, before it writes at all.
 */
export const createBackoff = (random: () => number): Backoff => {
  let cycleMs = MIN_CYCLE_MS;
  let cycles = FIRST_WINDOW_CYCLES / GROWTH;
  let isCrowd = false;
  const wait = () => Math.floor(random() * Math.min(MAX_WINDOW_MS, cycles * cycleMs));
  return {
    afterLoss(roundTripMs) {
      cycleMs = Math.max(MIN_CYCLE_MS, CYCLE_ROUND_TRIPS * roundTripMs);
      // A crowd thins by one with each commit: who loses in it again has fewer rivals.
      cycles = isCrowd ? Math.max(MIN_CROWD_CYCLES, cycles / 2) : cycles * GROWTH;
      return wait();
    },
    afterRead(commits) {
      if (isCrowd || commits < CROWD_COMMITS) return 0;
      isCrowd = true;
      cycles = Math.max(cycles, CROWD_CYCLES * commits ** 2);
      return wait();
    },
  };
};
