import { FAULT_KINDS } from "./faults.js";
import { INVARIANTS, type Invariant } from "./invariants.js";
import type { FoundViolation, Tally } from "./tally.js";

/** How many violations are written out. */
const MAX_SHOWN = 10;

/** What a simulation did and found; its last line is the verdict. */
export const renderReport = (tally: Tally, { elapsedMs }: { readonly elapsedMs: number }): string => {
  const { runs, executions, invocations, requests, virtualMs, scenarios, faults, checks, violations } = tally;
  const hours = Math.round(virtualMs / 3_600_000);
  return [
    `${count(executions)} executions, ${count(invocations)} invocations, ${count(requests)} requests to S3, in ${count(hours)} hours of their own time`,
    "",
    table("runs of", Object.entries(scenarios)),
    table(
      "faults injected",
      FAULT_KINDS.map((kind) => [kind, faults[kind] ?? 0]),
    ),
    table(
      "invariants checked",
      (Object.keys(INVARIANTS) as Invariant[]).map((name) => [name, checks[name] ?? 0]),
    ),
    ...violations.slice(0, MAX_SHOWN).map(describe),
    `${count(runs)} seeds in ${(elapsedMs / 1_000).toFixed(0)} s: ${verdict(violations)}`,
  ].join("\n");
};

const verdict = ([first, ...others]: readonly FoundViolation[]): string =>
  first === undefined
    ? "every invariant held"
    : `${1 + others.length} broke an invariant, the first one ${first.seed}: npm run simulate -- --seeds 1 --from ${first.seed} --trace`;

const describe = ({ seed, scenario, layout, invariant, what }: FoundViolation): string =>
  `seed ${seed} (${scenario}, ${layout} layout) broke "${invariant}", that ${INVARIANTS[invariant]}:\n  ${what}\n`;

const count = (value: number): string => value.toLocaleString("en-GB");

const table = (title: string, rows: readonly (readonly [string, number])[]): string => {
  const width = Math.max(title.length, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)} ${count(value).padStart(12)}`);
  return [title, ...lines, ""].join("\n");
};
