import { type Full, hasOther } from "./placed.js";
import { all, type Verdict } from "./verdict.js";

const TEXT: ReadonlySet<string> = new Set(["type", "minLength", "maxLength", "pattern", "format"]);
const NUMBER: ReadonlySet<string> = new Set([
  "type",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
]);

/** @param value the text itself, where there is only one */
export function coversText(given: Full, needed: Full, value?: string): Verdict {
  if (needed.type !== undefined && needed.type !== "string") return "never";
  if (needed.type === undefined || hasOther(needed, TEXT)) return "unknown";
  const lengths = all([
    within(given.minLength ?? 0, needed.minLength ?? 0),
    within(needed.maxLength ?? Number.POSITIVE_INFINITY, given.maxLength ?? Number.POSITIVE_INFINITY),
  ]);
  const sure = value !== undefined && lengths === "no" ? "never" : lengths;
  return all([sure, sameWords(given, needed, "pattern", value), sameWords(given, needed, "format", value)]);
}

/** What texts a pattern matches shows only where it is the same; a constrained text may match another one as well. */
function sameWords(given: Full, needed: Full, keyword: "pattern" | "format", value: string | undefined): Verdict {
  if (needed[keyword] === undefined || needed[keyword] === given[keyword]) return "yes";
  const isFree = value === undefined && given.pattern === undefined && given.format === undefined;
  return isFree && (given.maxLength ?? 1) > 0 ? "no" : "unknown";
}

export function coversNumber(given: Full, needed: Full): Verdict {
  if (hasOther(needed, NUMBER)) return "unknown";
  const isMultiple = needed.multipleOf === undefined || needed.multipleOf === given.multipleOf;
  return all([
    coversBound(lowest(given), lowest(needed)),
    coversBound(highest(given), highest(needed)),
    isMultiple ? "yes" : "unknown",
  ]);
}

/** An end of a range, upwards: the lower end is turned round. */
interface Bound {
  readonly at: number;
  readonly open: boolean;
}

const highest = ({ maximum = Number.POSITIVE_INFINITY, exclusiveMaximum = Number.POSITIVE_INFINITY }: Full): Bound =>
  exclusiveMaximum <= maximum ? { at: exclusiveMaximum, open: true } : { at: maximum, open: false };

const lowest = ({ minimum = Number.NEGATIVE_INFINITY, exclusiveMinimum = Number.NEGATIVE_INFINITY }: Full): Bound =>
  exclusiveMinimum >= minimum ? { at: -exclusiveMinimum, open: true } : { at: -minimum, open: false };

function coversBound(given: Bound, needed: Bound): Verdict {
  if (given.at < needed.at) return "yes";
  return given.at === needed.at && (given.open || !needed.open || given.at === Number.POSITIVE_INFINITY) ? "yes" : "no";
}

const within = (larger: number, smaller: number): Verdict => (larger >= smaller ? "yes" : "no");
