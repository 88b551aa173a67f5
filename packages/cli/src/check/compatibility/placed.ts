import type { JsonSchema } from "@sfs3/sdk/flow";

/** Every keyword that zod writes. */
export interface Full extends JsonSchema {
  readonly $ref?: string;
  readonly oneOf?: readonly Full[];
  readonly not?: Full;
  readonly additionalProperties?: Full | boolean;
  readonly propertyNames?: Full;
  readonly prefixItems?: readonly Full[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

/** A schema, and the document that its references point into. */
export interface Placed {
  readonly schema: Full;
  readonly root: Full;
}

/** Follows references; `undefined` where one leads nowhere. */
export function resolve(placed: Placed): Placed | undefined {
  let { schema } = placed;
  for (let hops = 0; schema.$ref !== undefined; hops++) {
    const target = targetOf(schema.$ref, placed.root);
    if (target === undefined || hops > MAX_HOPS) return undefined;
    schema = target;
  }
  return { schema, root: placed.root };
}

const MAX_HOPS = 16;

function targetOf(ref: string, root: Full): Full | undefined {
  const [, ...path] = ref.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const target = path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), root);
  return typeof target === "object" && target !== null ? target : undefined;
}

/** Keywords that constrain nothing where they stand alone. */
const NO_CONSTRAINT: ReadonlySet<string> = new Set(["$defs", "examples"]);

export const isAnything = (schema: Full): boolean => Object.keys(schema).every((keyword) => NO_CONSTRAINT.has(keyword));

export const isNothing = ({ not }: Full): boolean => not !== undefined && isAnything(not);

/** What a keyword's value says as a schema: `false` takes nothing, `true` and absence anything. */
export const schemaOf = (value: Full | boolean | undefined): Full =>
  typeof value === "object" ? value : value === false ? { not: {} } : {};

/** Whether a schema uses keywords besides those that are understood. */
export const hasOther = (schema: Full, understood: ReadonlySet<string>): boolean =>
  Object.keys(schema).some(
    (keyword) => !understood.has(keyword) && !NO_CONSTRAINT.has(keyword) && keyword !== "x-opaque",
  );
