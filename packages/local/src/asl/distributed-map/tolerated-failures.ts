import { runtimeFailure } from "../evaluation.js";
import type { Query } from "../query-language.js";
import type { StateSource } from "../states/body.js";

/** How many items may fail. Source: Developer Guide, "Setting failure thresholds for Distributed Map states". */
export interface Tolerance {
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

interface ToleranceField {
  readonly name: string;
  readonly max: number;
  readonly kind: "integer" | "number";
  /** AWS's words for a number that is not in range. */
  readonly problem: string;
}

const FIELDS = {
  count: {
    name: "ToleratedFailureCount",
    max: 2 ** 31 - 1,
    kind: "integer",
    problem: "ToleratedFailureCount cannot be negative.",
  },
  percentage: {
    name: "ToleratedFailurePercentage",
    max: 100,
    kind: "number",
    problem: "ToleratedFailurePercentage must be between 0 and 100.",
  },
} as const satisfies Record<string, ToleranceField>;

export function readToleratedFailures(source: StateSource): Query<Tolerance> {
  const count = readTolerance(source, FIELDS.count);
  const percentage = readTolerance(source, FIELDS.percentage);
  return async (entry) => ({ count: await count?.(entry), percentage: await percentage?.(entry) });
}

const ANY_NUMBER = { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

function readTolerance({ fields, language }: StateSource, field: ToleranceField): Query<number> | undefined {
  const { name, max, kind, problem } = field;
  const isInRange = (number: number) => number >= 0 && number <= max;
  const literal = fields.take(name);
  if (typeof literal === "number" && !isInRange(literal)) fields.refuse(name, problem);
  const query = language[kind](fields, name, language.name === "JSONata" ? { min: 0, max } : ANY_NUMBER);
  if (query === undefined) return undefined;
  return async (entry) => {
    const number = await query(entry);
    if (isInRange(number)) return number;
    throw runtimeFailure(entry, "States.Runtime", problem, { catchable: false });
  };
}

/** Whether more items have failed than may. A share of all is known only once all are counted. */
export function exceedsTolerance(
  { count, percentage }: Tolerance,
  { failed, total }: { readonly failed: number; readonly total: number | undefined },
): boolean {
  if (percentage !== undefined && total !== undefined && failed * 100 > percentage * total) return true;
  if (count !== undefined) return failed > count;
  return percentage === undefined && failed > 0;
}
