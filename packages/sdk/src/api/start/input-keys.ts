import type { $ZodTypes } from "zod/v4/core";
import type { Schema } from "../../step.js";

/** The top-level keys that `schema` names; one that takes any key besides still names only these. */
export const inputKeys = (schema: Schema): ReadonlySet<string> => {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return new Set(Object.keys(def.shape));
    case "pipe":
      return inputKeys(def.in);
    case "lazy":
      return inputKeys(def.getter());
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
      return inputKeys(def.innerType);
    default:
      return new Set();
  }
};

const allOf = (schemas: readonly Schema[]): ReadonlySet<string> =>
  new Set(schemas.flatMap((schema) => [...inputKeys(schema)]));
