import type { HistoryEvent } from "../../asl/index.js";

/** A range of a segment in which lines of an execution are, among others. Unit: bytes. */
export interface Piece {
  readonly segment: number;
  readonly from: number;
  readonly to: number;
}

/** Where the history of an execution is kept. */
export interface HistoryPlace {
  readonly pieces: readonly Piece[];
  /** Where what is appended from now on can be at the earliest. */
  readonly segment: number;
}

export interface RestoredPlaces {
  readonly ended: ReadonlyMap<number, HistoryPlace>;
  /** Those whose process died: where they were when their last run began. */
  readonly unended: ReadonlyMap<number, HistoryPlace>;
}

/** The histories of executions, each under the number of its execution. */
export interface Histories {
  append(id: number, event: HistoryEvent): void;
  /** Resolves once all that was appended so far survives this process. */
  flushed(): Promise<void>;
  /** The same, however long it takes; rejects only after {@link endRetries}. */
  written(): Promise<void>;
  /** Rejects where what was appended before could not be written, and still cannot be. */
  caughtUp(): Promise<void>;
  /** From now on what cannot be written is given up. */
  endRetries(): void;
  read(id: number): Promise<readonly HistoryEvent[]>;
  /** Where it is, for who has to find it after this process. */
  place(id: number): HistoryPlace;
  /** Says, at start-up, where they are, and finds those whose runs did not end. What is nowhere here is forgotten. */
  restore(places: RestoredPlaces): ReadonlyMap<number, readonly HistoryEvent[]>;
  close(): Promise<void>;
}

/** Without a folder nothing outlives the process, so there is never anything to restore. */
export function memoryHistories(): Histories {
  const histories = new Map<number, HistoryEvent[]>();
  return {
    append: (id, event) => {
      const events = histories.get(id);
      if (events === undefined) histories.set(id, [event]);
      else events.push(event);
    },
    flushed: async () => {},
    written: async () => {},
    caughtUp: async () => {},
    endRetries: () => {},
    read: async (id) => histories.get(id) ?? [],
    place: () => ({ pieces: [], segment: 0 }),
    restore: () => new Map(),
    close: async () => {},
  };
}
