import type { covers as Covers, Pair } from "./covers.js";
import { type Full, hasOther, isNothing, type Placed, schemaOf } from "./placed.js";
import { all, type Verdict } from "./verdict.js";

const ARRAY: ReadonlySet<string> = new Set(["type", "items", "prefixItems", "minItems", "maxItems"]);

export function coversArray(pair: Pair, covers: typeof Covers): Verdict {
  const [given, needed] = [pair.given.schema, pair.needed.schema];
  if (hasOther(needed, ARRAY)) return "unknown";
  const placed = Math.max(given.prefixItems?.length ?? 0, needed.prefixItems?.length ?? 0);
  const [least, most] = lengths(given);
  const [leastNeeded, mostNeeded] = lengths(needed);
  return all([
    least >= leastNeeded ? "yes" : most < leastNeeded ? "never" : "no",
    most <= mostNeeded ? "yes" : least > mostNeeded ? "never" : "no",
    ...Array.from({ length: placed + 1 }, (_, index) => coversItem(index, pair, covers)),
  ]);
}

/** Fewest and most items. */
function lengths({
  minItems = 0,
  maxItems = Number.POSITIVE_INFINITY,
  prefixItems = [],
  items,
}: Full): readonly [number, number] {
  const end = isNothing(schemaOf(items)) ? prefixItems.length : Number.POSITIVE_INFINITY;
  return [minItems, Math.min(maxItems, end)];
}

function coversItem(index: number, { given, needed, assumed }: Pair, covers: typeof Covers): Verdict {
  const [least, most] = lengths(given.schema);
  if (index >= most) return "yes";
  const verdict = covers(itemAt(index, given), itemAt(index, needed), assumed);
  // An array that ends before the item is taken.
  return verdict === "never" && index >= least ? "no" : verdict;
}

const itemAt = (index: number, { schema: { prefixItems = [], items }, root }: Placed): Placed => ({
  schema: prefixItems[index] ?? schemaOf(items),
  root,
});
