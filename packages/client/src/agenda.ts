import TinyQueue from "tinyqueue";

/** One thing to do. */
export interface Entry {
  readonly dueMs: number;
  /** `undefined`: cancelled, or done. */
  run: (() => void) | undefined;
}

/** Things to do in the order of their time. */
export interface Agenda {
  add(entry: Entry): void;
  /** The one that is due first. */
  next(): Entry | undefined;
  /** Takes out and runs the one that is due first. */
  run(): void;
  cancel(entry: Entry): void;
  clear(): void;
}

/** Cancelled entries stay in the heap until they are due or outnumber the others. */
const MIN_SWEEP = 64;

const newQueue = (entries: Entry[] = []) => new TinyQueue<Entry>(entries, (a, b) => a.dueMs - b.dueMs);

export function createAgenda(): Agenda {
  let queue = newQueue();
  let cancelled = 0;

  const keep = (entries: Entry[]) => {
    queue = newQueue(entries);
    cancelled = 0;
  };

  const sweep = () => {
    if (cancelled === queue.length) keep([]);
    else if (cancelled >= MIN_SWEEP && cancelled * 2 >= queue.length) keep(queue.data.filter(({ run }) => run));
  };

  return {
    add: (entry) => queue.push(entry),
    next: () => queue.peek(),
    run: () => {
      const entry = queue.pop();
      if (entry === undefined) return;
      const { run } = entry;
      if (run === undefined) cancelled -= 1;
      entry.run = undefined;
      run?.();
    },
    cancel: (entry) => {
      if (entry.run === undefined) return;
      entry.run = undefined;
      cancelled += 1;
      sweep();
    },
    clear: () => keep([]),
  };
}
