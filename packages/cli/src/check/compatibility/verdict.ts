/**
 * Whether every value of one schema is one of another: `yes`; `no`, some surely is not; `never`, none is; or `unknown`,
 * for what JSON Schema does not say.
 */
export type Verdict = "yes" | "unknown" | "no" | "never";

const GRAVITY = { yes: 0, unknown: 1, no: 2, never: 3 } as const satisfies Record<Verdict, number>;

/** Where all have to hold, as for the properties of an object. What one part never is, the whole never is. */
export const all = (verdicts: readonly Verdict[]): Verdict => verdicts.reduce(graver, "yes");

const graver = (one: Verdict, other: Verdict): Verdict => (GRAVITY[one] > GRAVITY[other] ? one : other);

/** Of the ways that a given value may be, each has to hold; only where all never do, the whole never does. */
export function each(verdicts: readonly Verdict[]): Verdict {
  const worst = all(verdicts);
  return worst === "never" && verdicts.some((verdict) => verdict !== "never") ? "no" : worst;
}

/** One of them suffices. Where each takes a part only, together they may take all. */
export function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("yes")) return "yes";
  return verdicts.every((verdict) => verdict === "never") ? "never" : "unknown";
}
