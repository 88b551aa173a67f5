import type { $ZodType } from "zod/v4/core";
import type { Schema } from "./step.js";

/**
 * The keys that `schema` names anywhere in it. A key of the data that is not among them is data: a record's key may be
 * a person's name, and a message must not carry it into a log or an execution's history.
 */
export const declaredKeys = (schema: Schema): ReadonlySet<string> => {
  const seen = new Set<unknown>();
  const keys = new Set<string>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isSchema(value)) open.push(...partsOf(value, keys));
    else if (Array.isArray(value)) open.push(...value);
  }
  return keys;
};

const isSchema = (value: object): value is $ZodType => "_zod" in value;

/** A schema's definition holds its inner schemas as fields or lists of fields; an object's `shape` names them. */
const partsOf = ({ _zod: { def } }: $ZodType, keys: Set<string>): readonly unknown[] => {
  const { shape = {}, getter } = def as { shape?: Record<string, unknown>; getter?: () => unknown };
  for (const key of Object.keys(shape)) keys.add(key);
  return [...Object.values(def), ...Object.values(shape), ...(def.type === "lazy" ? [getter?.()] : [])];
};

/** The key as a message may show it: an index or a declared key as it is, any other as `*`. */
export const shownKey = (declared: ReadonlySet<string>, key: PropertyKey): string | number =>
  typeof key === "number" || (typeof key === "string" && declared.has(key)) ? key : "*";
