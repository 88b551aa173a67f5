import type { $ZodType } from "zod/v4/core";
import type { Schema } from "./step.js";

/** `schema` and all that it is made of, each once. */
export const schemasIn = (schema: Schema): ReadonlySet<$ZodType> => {
  const schemas = new Set<$ZodType>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...value);
    if (!isSchema(value) || schemas.has(value)) continue;
    schemas.add(value);
    open.push(...partsOf(value));
  }
  return schemas;
};

const isSchema = (value: unknown): value is $ZodType => typeof value === "object" && value !== null && "_zod" in value;

/** A schema's definition holds its inner schemas as fields or lists of fields; an object's `shape` names them. */
const partsOf = ({ _zod: { def } }: $ZodType): readonly unknown[] => {
  const { shape = {}, getter } = def as { shape?: object; getter?: () => unknown };
  return [...Object.values(def), ...Object.values(shape), ...(def.type === "lazy" ? [getter?.()] : [])];
};
