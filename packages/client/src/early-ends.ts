/** The words that tell an end. */
export type EndWord = "SUCCEEDED" | "FAILED";

/** Ends that are told before it is known whose they are. */
export interface EarlyEnds {
  /** From now on ends are kept. @returns what is called when nothing is expected any more */
  expect(): () => void;
  keep(transactionId: string, word: EndWord): void;
  of(transactionId: string): EndWord | undefined;
}

/** Others' processes end on these topics, too; what is pushed out is polled for. */
const MAX_KEPT = 10_000;

export function createEarlyEnds(): EarlyEnds {
  const kept = new Map<string, EndWord>();
  let expected = 0;
  return {
    expect: () => {
      expected += 1;
      return () => {
        expected -= 1;
        if (expected === 0) kept.clear();
      };
    },
    keep: (transactionId, word) => {
      if (expected === 0) return;
      kept.set(transactionId, word);
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    of: (transactionId) => kept.get(transactionId),
  };
}
