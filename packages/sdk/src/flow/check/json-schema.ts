import { registry, toJSONSchema } from "zod/v4/core";
import type { Schema } from "../../step.js";
import { markOpaque, type SchemaSide } from "./opaque.js";

/** The part of JSON Schema that the checks look at. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  /** What of the schema JSON Schema cannot say here: code of its author's, or a type that JSON lacks. */
  readonly "x-opaque"?: string;
}

const cache = { input: new WeakMap<Schema, JsonSchema>(), output: new WeakMap<Schema, JsonSchema>() };

/** Titles, descriptions and ids say nothing of the data, and an id would move its schema away under `$defs`. */
const NO_METADATA = registry<Record<string, unknown>>();

/** Keywords that say nothing of which values a schema takes. */
const ANNOTATIONS = ["default", "readOnly"];

/**
 * A schema as JSON Schema: what it takes (`input`) or what it gives (`output`). What JSON Schema cannot say is left open
 * and marked `x-opaque`.
 */
export function jsonSchemaOf(schema: Schema, io: SchemaSide): JsonSchema {
  const known = cache[io].get(schema);
  if (known !== undefined) return known;
  const { $schema: _, ...made } = toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    metadata: NO_METADATA,
    override: ({ zodSchema, jsonSchema }) => {
      for (const annotation of ANNOTATIONS) Reflect.deleteProperty(jsonSchema, annotation);
      markOpaque(zodSchema, jsonSchema, io);
    },
  }) as JsonSchema & { readonly $schema?: string };
  cache[io].set(schema, made);
  return made;
}

export type Properties = ReadonlyMap<string, { readonly schema: JsonSchema; readonly required: boolean }>;

/** Top-level properties, through intersections and unions; `undefined` where the schema does not describe an object. */
export function propertiesOf(schema: JsonSchema): Properties | undefined {
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map(propertiesOf);
    return new Map(parts.flatMap((part) => [...(part ?? [])]));
  }
  if (schema.anyOf !== undefined) return commonProperties(schema.anyOf.map(propertiesOf));
  if (schema.type !== "object") return undefined;
  return new Map(
    Object.entries(schema.properties ?? {}).map(([key, property]) => [
      key,
      { schema: property, required: schema.required?.includes(key) ?? false },
    ]),
  );
}

/** Of a union: what any of its members may have; required is what all of them require. */
function commonProperties(members: readonly (Properties | undefined)[]): Properties | undefined {
  const objects = members.flatMap((member) => member ?? []);
  if (objects.length < members.length) return undefined;
  const keys = new Set(objects.flatMap((properties) => [...properties.keys()]));
  return new Map(
    [...keys].map((key) => {
      const found = objects.flatMap((properties) => properties.get(key) ?? []);
      const required = found.length === objects.length && found.every((property) => property.required);
      return [key, { schema: { anyOf: found.map(({ schema }) => schema) }, required }];
    }),
  );
}

/**
 * Whether values that `provided` describes can be what `needed` takes. Says no only where that is certain: what either
 * schema leaves open counts as compatible.
 */
export function canProvide(provided: JsonSchema, needed: JsonSchema): boolean {
  if (provided.anyOf !== undefined) return provided.anyOf.some((option) => canProvide(option, needed));
  if (needed.anyOf !== undefined) return needed.anyOf.some((option) => canProvide(provided, option));
  if (!typesOverlap(provided, needed) || !valuesOverlap(provided, needed)) return false;
  return propertiesFit(provided, needed) && itemsFit(provided, needed);
}

function typesOverlap(provided: JsonSchema, needed: JsonSchema): boolean {
  const [has, wants] = [typesOf(provided), typesOf(needed)];
  if (has.length === 0 || wants.length === 0) return true;
  return has.some((type) => wants.includes(type));
}

/** Integers are numbers; whether a number happens to be an integer shows only at run time. */
const typesOf = ({ type = [] }: JsonSchema): readonly string[] =>
  [type].flat().map((name) => (name === "integer" ? "number" : name));

function valuesOverlap(provided: JsonSchema, needed: JsonSchema): boolean {
  const [has, wants] = [valuesOf(provided), valuesOf(needed)];
  return has === undefined || wants === undefined || has.some((value) => wants.includes(value));
}

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  "const" in schema ? [schema.const] : schema.enum;

function propertiesFit(provided: JsonSchema, needed: JsonSchema): boolean {
  const [has, wants] = [propertiesOf(provided), propertiesOf(needed)];
  if (has === undefined || wants === undefined) return true;
  return [...wants].every(([key, property]) => {
    const found = has.get(key);
    return found === undefined ? !property.required : canProvide(found.schema, property.schema);
  });
}

function itemsFit(provided: JsonSchema, needed: JsonSchema): boolean {
  if (typeof provided.items !== "object" || typeof needed.items !== "object") return true;
  return canProvide(provided.items, needed.items);
}
