import type { $ZodTypes } from "zod/v4/core";
import { perSchema } from "./per-schema.js";

/** The top-level keys without which `schema` accepts no object. */
export const requiredKeys = /* @__PURE__ */ perSchema((schema): readonly string[] => {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return Object.keys(def.shape).filter((key) => def.shape[key]?._zod.optin === undefined);
    case "pipe":
      return requiredKeys(def.in);
    case "lazy":
      return requiredKeys(def.getter());
    case "intersection":
      return [...new Set([...requiredKeys(def.left), ...requiredKeys(def.right)])];
    case "union":
      return common(def.options.map(requiredKeys));
    case "readonly":
    case "nonoptional":
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "promise":
      return requiredKeys(def.innerType);
    default:
      return [];
  }
});

const common = ([first = [], ...others]: readonly (readonly string[])[]): readonly string[] =>
  first.filter((key) => others.every((keys) => keys.includes(key)));
