import type { Schema } from "./step.js";

/** What `derive` makes of a schema, made once: a step's schemas are the same in each invocation. */
export const perSchema = <T>(derive: (schema: Schema) => T): ((schema: Schema) => T) => {
  const known = new WeakMap<Schema, { readonly value: T }>();
  return (schema) => {
    const found = known.get(schema) ?? { value: derive(schema) };
    known.set(schema, found);
    return found.value;
  };
};
