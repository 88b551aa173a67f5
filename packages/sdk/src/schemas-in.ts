import type { $ZodType } from "zod/v4/core";
import type { Schema } from "./step.js";

/** `schema` and all that it is made of, each once, and each before what it is made of. */
export function* schemasIn(schema: Schema): Generator<$ZodType, void, undefined> {
  const schemas = new Set<$ZodType>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...value);
    if (!isSchema(value) || schemas.has(value)) continue;
    schemas.add(value);
    yield value;
    open.push(...partsOf(value));
  }
}

const isSchema = (value: unknown): value is $ZodType => typeof value === "object" && value !== null && "_zod" in value;

interface Definition {
  readonly [field: string]: unknown;
  readonly shape?: object;
  readonly getter?: () => unknown;
}

/** A schema's definition holds its inner schemas as fields or lists of fields; an object's `shape` names them. */
const partsOf = ({ _zod: { def } }: $ZodType): readonly unknown[] => {
  const definition = def as unknown as Definition;
  const { shape = {}, getter } = definition;
  // To look at a default is to make one, by code of the author's.
  const fields = Object.keys(def).filter((field) => field !== "defaultValue");
  const values = fields.map((field) => definition[field]);
  return [...values, ...Object.values(shape), ...(def.type === "lazy" ? [getter?.()] : [])];
};
