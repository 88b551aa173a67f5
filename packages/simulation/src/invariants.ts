/** What holds in every run, by the name it has in the report. */
export const INVARIANTS = {
  "the first commit stands":
    "a step that its machine counts as succeeded has its output in the sidecar, intact: the one that was committed first for that state entry",
  "others are untouched":
    "a write changes one output and its journal entry: no other step's, branch's, item's or transaction's",
  "later entries stay":
    "an attempt that its machine gave up does not replace what a later entry of its step has committed",
  "the journal agrees": "an output's journal entry names the state entry whose output it is",
  "committed work is not repeated": "an invocation that read after its entry's commit does not run fn",
  "side effects happen once": "a state entry starts one execution by ctx.startExecution, however often it is tried",
  "messages follow commits": "a step's SUCCEEDED is published when its output is in the sidecar",
  "the payload is a pointer": "a step returns the payload that it got, and route values",
  "announced ends are true": "no word is published on a transaction's topic but the one that its execution ends by",
  "clients hear the end": "each wait of a client ends once, as the execution did",
  "everything ends": "no execution runs for ever, and no client waits for ever",
  "nothing fails by itself": "where nothing goes wrong each step succeeds at the first attempt",
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

/** Judges, counts what it has judged, and keeps the first thing that does not hold. */
export interface Judge {
  check(invariant: Invariant, holds: boolean, what: () => string): void;
  readonly counts: Readonly<Partial<Record<Invariant, number>>>;
  readonly violation: Violation | undefined;
}

export const createJudge = (): Judge => {
  const counts: Partial<Record<Invariant, number>> = {};
  let violation: Violation | undefined;
  return {
    counts,
    check: (invariant, holds, what) => {
      counts[invariant] = (counts[invariant] ?? 0) + 1;
      if (!holds) violation ??= { invariant, what: what() };
    },
    get violation() {
      return violation;
    },
  };
};
