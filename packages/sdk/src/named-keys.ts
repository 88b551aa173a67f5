import type { $ZodTypes } from "zod/v4/core";
import { perSchema } from "./per-schema.js";
import type { Schema } from "./step.js";

interface TopLevelKeys {
  readonly named: ReadonlySet<string>;
  /** Whether the schema may see keys that it does not name: it keeps, refuses or transforms them. */
  readonly seesOthers: boolean;
}

/**
 * The top-level keys that `schema` can see of an object; `undefined` where it may see any, as one that keeps, refuses or
 * transforms what it does not name.
 */
export const namedKeys = (schema: Schema): ReadonlySet<string> | undefined => {
  const { named, seesOthers } = topLevelKeys(schema);
  return seesOthers ? undefined : named;
};

/** The top-level keys that `schema` names; one that takes any key besides still names only these. */
export const inputKeys = (schema: Schema): ReadonlySet<string> => topLevelKeys(schema).named;

const topLevelKeys = /* @__PURE__ */ perSchema((schema): TopLevelKeys => {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return { named: new Set(Object.keys(def.shape)), seesOthers: def.catchall !== undefined };
    case "pipe":
      return topLevelKeys(def.in);
    case "lazy":
      return topLevelKeys(def.getter());
    case "intersection":
      return allOf([def.left, def.right]);
    case "union":
      return allOf(def.options);
    case "readonly":
    case "nonoptional":
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "catch":
      return topLevelKeys(def.innerType);
    default:
      return { named: new Set(), seesOthers: true };
  }
});

const allOf = (schemas: readonly Schema[]): TopLevelKeys => {
  const all = schemas.map(topLevelKeys);
  return {
    named: new Set(all.flatMap(({ named }) => [...named])),
    seesOthers: all.some(({ seesOthers }) => seesOthers),
  };
};
