import type { $ZodCheck, $ZodTypes } from "zod/v4/core";

/** What a schema takes, or what it gives. */
export type SchemaSide = "input" | "output";

/** Types of zod that JSON has no value for. */
const NOT_JSON: ReadonlySet<string> = new Set([
  "bigint",
  "date",
  "file",
  "function",
  "map",
  "nan",
  "promise",
  "set",
  "symbol",
  "undefined",
  "void",
]);

/** What takes more than its JSON Schema says: that schema is dropped, not only marked. */
const WIDER_THAN_SAID: ReadonlySet<string> = new Set(["coerce", "preprocess"]);

/** Marks in `jsonSchema` what of `schema` it leaves out. */
export function markOpaque(schema: $ZodTypes, jsonSchema: object, side: SchemaSide): void {
  const opaque = opaqueOf(schema, side);
  if (opaque === undefined) return;
  if (WIDER_THAN_SAID.has(opaque))
    for (const keyword of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, keyword);
  Object.assign(jsonSchema, { "x-opaque": opaque });
}

function opaqueOf({ _zod: { def, toJSONSchema } }: $ZodTypes, side: SchemaSide): string | undefined {
  // It has said itself what it takes.
  if (toJSONSchema !== undefined) return undefined;
  if (side === "input" && "coerce" in def && def.coerce === true) return "coerce";
  if (NOT_JSON.has(def.type) || def.type === "transform" || def.type === "custom") return def.type;
  if (def.type === "pipe" && side === "input") return def.in._zod.def.type === "transform" ? "preprocess" : "pipe";
  return checkedByCode("checks" in def ? def.checks : undefined);
}

interface Check {
  readonly check: string;
  readonly format?: string;
  readonly pattern?: RegExp;
}

/** A check that JSON Schema has no keyword for, or that looks at the value only after another one has changed it. */
function checkedByCode(checks: readonly $ZodCheck[] = []): string | undefined {
  const kinds = checks.map(({ _zod }): Check => _zod.def);
  if (kinds.some(({ check }) => check === "custom")) return "refine";
  if (kinds.length > 1 && kinds.some(({ check }) => check === "overwrite")) return "overwrite";
  const flagged = kinds.some(({ format, pattern }) => format === "regex" && (pattern?.flags ?? "") !== "");
  return flagged ? "flags" : undefined;
}
