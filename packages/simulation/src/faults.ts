import type { Random } from "./random.js";

/** Everything that can go wrong, by the name it has in the report. */
export const FAULT_KINDS = [
  "slow request",
  "slow answer",
  "request lost",
  "answer lost",
  "request unanswered",
  "request arrives after its sender gave up",
  "request duplicated",
  "answered 500",
  "answered 500, and done",
  "answered 503",
  "answered 429",
  "answered 409",
  "answered 412",
  "answered 404",
  "Lambda dies",
  "Lambda hangs until its timeout",
  "Lambda starts late",
  "Lambda invoked twice at once",
  "Lambda throttled",
  "Lambda's answer lost",
  "fn throws",
  "broker refuses a connection",
  "broker drops a connection",
  "message lost",
  "message duplicated",
  "message delayed",
  "event delayed",
  "event duplicated",
  "state of an execution is stale",
  "execution stopped",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Decides what goes wrong, and counts it. */
export interface Faults {
  /** The first of these kinds that strikes now; `undefined` where all goes well. */
  strike(...kinds: readonly FaultKind[]): FaultKind | undefined;
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>;
  /** Whether nothing ever goes wrong in this run. */
  readonly areNone: boolean;
}

/** How many runs have none: what the protocol does by itself must need no faults to be right. */
const CALM_SHARE = 0.1;
const RATES = [0.02, 0.08, 0.25] as const;

export interface FaultSettings {
  readonly random: Random;
  readonly now: () => number;
}

/**
 * Each run has a random selection of kinds at random rates: what needs many of one kind, or none of another, is found by
 * selections, where an even mixture would drown it. After a while all goes well, so that everything can come to its end.
 */
export const createFaults = ({ random, now }: FaultSettings): Faults => {
  const areNone = random.chance(CALM_SHARE);
  const untilMs = now() + random.integer(10_000, 120_000);
  const rates = new Map(FAULT_KINDS.map((kind) => [kind, !areNone && random.chance(0.5) ? random.pick(RATES) : 0]));
  const counts: Partial<Record<FaultKind, number>> = {};
  return {
    areNone,
    counts,
    strike: (...kinds) => {
      if (areNone || now() >= untilMs) return undefined;
      const struck = kinds.find((kind) => random.chance(rates.get(kind) ?? 0));
      if (struck !== undefined) counts[struck] = (counts[struck] ?? 0) + 1;
      return struck;
    },
  };
};
