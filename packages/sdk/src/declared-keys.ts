import { schemasIn } from "./schemas-in.js";
import type { Schema } from "./step.js";

/**
 * The keys that `schema` names anywhere in it. A key of the data that is not among them is data: a record's key may be
 * a person's name, and a message must not carry it into a log or an execution's history.
 */
export const declaredKeys = (schema: Schema): ReadonlySet<string> => {
  const shapes = [...schemasIn(schema)].map(({ _zod: { def } }) => (def as { shape?: object }).shape ?? {});
  return new Set(shapes.flatMap(Object.keys));
};

/** The key as a message may show it: an index or a declared key as it is, any other as `*`. */
export const shownKey = (declared: ReadonlySet<string>, key: PropertyKey): string | number =>
  typeof key === "number" || (typeof key === "string" && declared.has(key)) ? key : "*";
