import type { FaultKind } from "./faults.js";
import type { Invariant, Violation } from "./invariants.js";
import type { RunResult } from "./run-seed.js";

/** What a thread is told to run. */
export interface Order {
  readonly from: number;
  readonly seeds: number;
  readonly isTraced: boolean;
}

export interface FoundViolation extends Violation, Pick<RunResult, "seed" | "layout" | "scenario"> {}

/** What many runs came to, together. */
export interface Tally {
  readonly runs: number;
  readonly executions: number;
  readonly invocations: number;
  readonly requests: number;
  readonly virtualMs: number;
  readonly scenarios: Readonly<Record<string, number>>;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly checks: Readonly<Partial<Record<Invariant, number>>>;
  readonly violations: readonly FoundViolation[];
  readonly trace: readonly string[];
}

export const emptyTally = (): Tally => ({
  runs: 0,
  executions: 0,
  invocations: 0,
  requests: 0,
  virtualMs: 0,
  scenarios: {},
  faults: {},
  checks: {},
  violations: [],
  trace: [],
});

export const tallied = (tally: Tally, { seed, layout, scenario, violation, ...run }: RunResult): Tally =>
  together(tally, {
    ...run,
    runs: 1,
    scenarios: { [`${scenario}, ${layout} layout`]: 1 },
    violations: violation === undefined ? [] : [{ ...violation, seed, layout, scenario }],
  });

export const together = (one: Tally, other: Tally): Tally => ({
  runs: one.runs + other.runs,
  executions: one.executions + other.executions,
  invocations: one.invocations + other.invocations,
  requests: one.requests + other.requests,
  virtualMs: one.virtualMs + other.virtualMs,
  scenarios: sums(one.scenarios, other.scenarios),
  faults: sums(one.faults, other.faults),
  checks: sums(one.checks, other.checks),
  violations: [...one.violations, ...other.violations].sort((a, b) => a.seed - b.seed),
  trace: [...one.trace, ...other.trace],
});

type Counts<TName extends string> = Readonly<Partial<Record<TName, number>>>;

const sums = <TName extends string>(one: Counts<TName>, other: Counts<TName>): Record<TName, number> => {
  const total: Partial<Record<TName, number>> = { ...one };
  for (const [name, count] of Object.entries(other) as [TName, number][]) total[name] = (total[name] ?? 0) + count;
  return total as Record<TName, number>;
};
