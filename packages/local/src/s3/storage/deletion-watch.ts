/** Looks out for a deletion of one key, until ended. */
export interface DeletionWatch {
  sawDeletion(): boolean;
  end(): void;
}

/** The watches of all keys. */
export interface DeletionWatches {
  watch(key: string): DeletionWatch;
  deleted(key: string): void;
}

export function createDeletionWatches(): DeletionWatches {
  const watching = new Map<string, Set<{ seen: boolean }>>();
  return {
    watch: (key) => {
      const mark = { seen: false };
      const marks = watching.get(key) ?? new Set();
      watching.set(key, marks.add(mark));
      return {
        sawDeletion: () => mark.seen,
        end: () => {
          marks.delete(mark);
          if (marks.size === 0 && watching.get(key) === marks) watching.delete(key);
        },
      };
    },
    deleted: (key) => {
      for (const mark of watching.get(key) ?? []) mark.seen = true;
    },
  };
}
