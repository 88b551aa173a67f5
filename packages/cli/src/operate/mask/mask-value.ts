import { type $ZodType, type $ZodTypes, globalRegistry } from "zod/v4/core";

/** What stands in place of a value that is not to be seen. */
export const HIDDEN = "•••";

/**
 * A JSON value with marks in place of what any of the schemas that describe it calls `meta({ sensitive: true })`, and of
 * what none of them describes.
 */
export function maskValue(value: unknown, schemas: readonly $ZodType[]): unknown {
  const views = viewsOf(schemas);
  if (views.length === 0 || views.some(isSensitive)) return HIDDEN;
  if (Array.isArray(value))
    return value.map((item, index) =>
      maskValue(
        item,
        views.flatMap((view) => elements(view, index)),
      ),
    );
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    maskValue(
      member,
      views.flatMap((view) => membersOf(view, key)),
    ),
  ]);
  return Object.fromEntries(members);
}

const isMarked = (schema: $ZodType): boolean => globalRegistry.get(schema)?.sensitive === true;

/** Also where what is sensitive would show in another form: as a record's key, or in what a transform makes of it. */
function isSensitive(schema: $ZodType): boolean {
  const def = definitionOf(schema);
  if (def.type === "record") return isMarked(schema) || viewsOf([def.keyType]).some(isMarked);
  if (def.type === "pipe" && definitionOf(def.out).type === "transform") return isMarked(schema) || holdsMarked(def.in);
  return isMarked(schema);
}

/** Whether any schema inside is marked, however deep. */
function holdsMarked(root: $ZodType): boolean {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (!("_zod" in value)) open.push(...Object.values(value));
    else if (isMarked(value as $ZodType)) return true;
    else open.push(...insideOf(value as $ZodType));
  }
  return false;
}

/** A definition holds its inner schemas as fields, or as lists or records of them. */
function insideOf(schema: $ZodType): readonly unknown[] {
  const def = definitionOf(schema);
  return def.type === "lazy" ? [def.getter()] : Object.values(def);
}

const definitionOf = (schema: $ZodType) => (schema as $ZodTypes)._zod.def;

/** The schemas, and those that they wrap, choose from or combine: each may say that the value is sensitive. */
function viewsOf(schemas: readonly $ZodType[]): readonly $ZodType[] {
  const views = new Set<$ZodType>();
  const open = [...schemas];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (views.has(schema)) continue;
    views.add(schema);
    open.push(...sameValue(schema));
  }
  return [...views];
}

/** The schemas inside that describe the same value, whichever of its sides a document holds. */
function sameValue(schema: $ZodType): readonly $ZodType[] {
  const def = definitionOf(schema);
  switch (def.type) {
    case "optional":
    case "nullable":
    case "nonoptional":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
    case "promise":
    case "success":
      return [def.innerType];
    case "pipe":
      return [def.in, def.out];
    case "union":
      return def.options;
    case "intersection":
      return [def.left, def.right];
    case "lazy":
      return [def.getter()];
    default:
      return [];
  }
}

/** What describes an element of an array, besides what lies in the views themselves. */
function elements(schema: $ZodType, index: number): readonly $ZodType[] {
  const def = definitionOf(schema);
  switch (def.type) {
    case "array":
      return [def.element];
    case "set":
      return [def.valueType];
    case "tuple":
      return [def.items[index] ?? def.rest].filter((item) => item !== null && item !== undefined);
    default:
      return isOpaque(schema) ? [schema] : [];
  }
}

function membersOf(schema: $ZodType, key: string): readonly $ZodType[] {
  const def = definitionOf(schema);
  switch (def.type) {
    case "object":
      return describedMember(def, key);
    case "record":
      return [def.valueType];
    default:
      return isOpaque(schema) ? [schema] : [];
  }
}

type ObjectDefinition = Extract<$ZodTypes["_zod"]["def"], { readonly type: "object" }>;

/** An object that lets any key through does not describe what it lets through. */
function describedMember({ shape, catchall }: ObjectDefinition, key: string): readonly $ZodType[] {
  const member = Object.hasOwn(shape, key) ? shape[key] : catchall;
  if (member === undefined || (member === catchall && isOpaque(member))) return [];
  return [member];
}

/** Schemas whose author says that anything goes: they stand for all that is inside as well. */
const isOpaque = (schema: $ZodType): boolean =>
  ["any", "unknown", "custom", "transform"].includes(definitionOf(schema).type);
