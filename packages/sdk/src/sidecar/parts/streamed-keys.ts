import type { Schema } from "../../step.js";

interface Definition {
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly in?: Schema;
  readonly innerType?: Schema;
  readonly left?: Schema;
  readonly right?: Schema;
  readonly options?: readonly Schema[];
  readonly getter?: () => Schema;
  /** Of `items` alone. */
  readonly isStream?: true;
}

/** The keys of the object that `schema` describes which it reads by `items`. */
export const streamedKeys = (schema: Schema): ReadonlySet<string> => {
  const keys = new Set<string>();
  const seen = new Set<Schema>();
  const open: Schema[] = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const { shape = {}, in: before, innerType, left, right, options = [], getter } = definitionOf(next);
    for (const [key, value] of Object.entries(shape)) if (isStream(value)) keys.add(key);
    const inner = [before, innerType, left, right, ...options, getter?.()];
    open.push(...inner.filter((part) => part !== undefined));
  }
  return keys;
};

const definitionOf = (schema: Schema): Definition => schema._zod.def as Definition;

/** Also where it is optional. */
const isStream = (schema: Schema): boolean => {
  const definition = definitionOf(schema);
  return definition.isStream === true || (definition.innerType !== undefined && isStream(definition.innerType));
};
