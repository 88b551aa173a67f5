import type { covers as Covers, Pair } from "./covers.js";
import { type Full, hasOther, isAnything, isNothing, type Placed, schemaOf } from "./placed.js";
import { all, type Verdict } from "./verdict.js";

const OBJECT: ReadonlySet<string> = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "propertyNames",
]);

export function coversObject(pair: Pair, covers: typeof Covers): Verdict {
  const [given, needed] = [pair.given.schema, pair.needed.schema];
  if (hasOther(needed, OBJECT)) return "unknown";
  const keys = new Set([...Object.keys(given.properties ?? {}), ...Object.keys(needed.properties ?? {})]);
  return all([
    ...(needed.required ?? []).map((key) => hasKey(given, key)),
    ...[...keys].map((key) => coversKey(key, pair, covers)),
    coversOthers(pair, covers),
    coversNames(pair, covers),
  ]);
}

/** Whether every given object has a key that is required. */
function hasKey(given: Full, key: string): Verdict {
  if (given.required?.includes(key)) return "yes";
  return mayHave(given, key) ? "no" : "never";
}

const mayHave = (given: Full, key: string): boolean => !isNothing(schemaAt(given, key));

/** What lies under a key where it is there. */
const schemaAt = ({ properties = {}, additionalProperties }: Full, key: string): Full =>
  Object.hasOwn(properties, key) ? (properties[key] as Full) : schemaOf(additionalProperties);

function coversKey(key: string, { given, needed, assumed }: Pair, covers: typeof Covers): Verdict {
  const at = (placed: Placed): Placed => ({ schema: schemaAt(placed.schema, key), root: placed.root });
  const verdict = covers(at(given), at(needed), assumed);
  if (given.schema.required?.includes(key)) return verdict;
  // An object without the key is taken in any case; whether one with it exists is not known where nothing names it.
  const isNamed = Object.hasOwn(given.schema.properties ?? {}, key);
  if (verdict === "yes") return "yes";
  return isNamed && verdict !== "unknown" ? "no" : "unknown";
}

/** Keys that neither names. */
function coversOthers({ given, needed, assumed }: Pair, covers: typeof Covers): Verdict {
  const others = (placed: Placed): Placed => ({
    schema: schemaOf(placed.schema.additionalProperties),
    root: placed.root,
  });
  const verdict = covers(others(given), others(needed), assumed);
  return verdict === "yes" ? "yes" : "unknown";
}

function coversNames({ given, needed, assumed }: Pair, covers: typeof Covers): Verdict {
  const wanted = needed.schema.propertyNames;
  if (wanted === undefined || isAnyText(wanted)) return "yes";
  const names = (placed: Placed): Placed => ({ schema: namesOf(placed.schema), root: placed.root });
  return covers(names(given), { schema: wanted, root: needed.root }, assumed) === "yes" ? "yes" : "unknown";
}

/** The keys that an object may have, as a schema. */
function namesOf({ properties = {}, additionalProperties, propertyNames }: Full): Full {
  if (propertyNames !== undefined) return propertyNames;
  return additionalProperties === false ? { enum: Object.keys(properties) } : { type: "string" };
}

const isAnyText = (schema: Full): boolean =>
  isAnything(schema) || (schema.type === "string" && Object.keys(schema).length === 1);
