import type { $ZodTypes } from "zod/v4/core";
import { perSchema } from "./per-schema.js";
import type { Schema } from "./step.js";

/**
 * The top-level keys that `schema` can see of an object; `undefined` where it may see any, as one that keeps, refuses or
 * transforms what it does not name.
 */
export const namedKeys = /* @__PURE__ */ perSchema((schema): ReadonlySet<string> | undefined => {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return def.catchall === undefined ? new Set(Object.keys(def.shape)) : undefined;
    case "pipe":
      return namedKeys(def.in);
    case "lazy":
      return namedKeys(def.getter());
    case "intersection":
      return all([def.left, def.right]);
    case "union":
      return all(def.options);
    case "readonly":
    case "nonoptional":
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
      return namedKeys(def.innerType);
    default:
      return undefined;
  }
});

const all = (schemas: readonly Schema[]): ReadonlySet<string> | undefined => {
  const keys = new Set<string>();
  for (const schema of schemas) {
    const named = namedKeys(schema);
    if (named === undefined) return undefined;
    for (const key of named) keys.add(key);
  }
  return keys;
};
