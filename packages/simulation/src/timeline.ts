/** Virtual time: what is due happens in the order of its time, and nothing else makes time pass. */
export interface Timeline {
  /** Unit: milliseconds since the epoch. */
  now(): number;
  /** Calls back after `delayMs`. @returns what cancels it */
  after(delayMs: number, run: () => void): () => void;
  /**
   * Lets things happen until nothing is due any more or `isOver` says so; what one of them sets going without time is done
   * before the next one's turn.
   */
  run(isOver: () => boolean): Promise<void>;
  /** How many things have happened. */
  readonly turns: number;
}

interface Due {
  readonly atMs: number;
  /** Of two at one time the one that was asked for first. */
  readonly order: number;
  run: (() => void) | undefined;
}

const isBefore = (one: Due, other: Due): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

// Taken before anything replaces it: turns of the event loop are what virtual time is made of.
const nextTurn = setImmediate;

export const createTimeline = (startMs: number): Timeline => {
  const heap: Due[] = [];
  let [nowMs, orders, turns] = [startMs, 0, 0];

  return {
    now: () => nowMs,
    after: (delayMs, run) => {
      const due: Due = { atMs: nowMs + Math.max(0, delayMs), order: orders++, run };
      push(heap, due);
      return () => {
        due.run = undefined;
      };
    },
    run: async (isOver) => {
      for (;;) {
        // All microtasks and ticks are done by then.
        await new Promise<void>((resolve) => nextTurn(resolve));
        if (isOver()) return;
        const due = popLive(heap);
        if (due?.run === undefined) return;
        nowMs = due.atMs;
        turns += 1;
        due.run();
      }
    },
    get turns() {
      return turns;
    },
  };
};

const popLive = (heap: Due[]): Due | undefined => {
  let due = pop(heap);
  while (due !== undefined && due.run === undefined) due = pop(heap);
  return due;
};

const push = (heap: Due[], due: Due): void => {
  let at = heap.push(due) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Due;
    if (!isBefore(due, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = due;
};

const pop = (heap: Due[]): Due | undefined => {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due) ? right : left;
    const below = heap[child] as Due;
    if (!isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
};
