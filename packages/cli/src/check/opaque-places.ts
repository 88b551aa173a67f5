import type { JsonSchema } from "@sfs3/sdk/flow";

interface OpaquePlace {
  readonly opaque: string;
  /** Keys joined by dots; `[]` is any item, `*` any key. Empty at the top. */
  readonly path: string;
}

/** Keywords under which a schema holds others, each with what it adds to the path. */
const INNER: Readonly<Record<string, string>> = { items: "[]", prefixItems: "[]", additionalProperties: ".*" };

/** Where a schema holds what JSON Schema cannot say, and what that is. */
export function opaquePlaces(schema: JsonSchema, path = ""): readonly OpaquePlace[] {
  const { "x-opaque": opaque, properties = {}, ...keywords } = schema;
  const below = (inner: unknown, step: string) =>
    [inner].flat().flatMap((one) => (isSchema(one) ? opaquePlaces(one, (path + step).replace(/^\./, "")) : []));
  return [
    ...(opaque === undefined ? [] : [{ opaque, path }]),
    ...Object.entries(properties).flatMap(([key, inner]) => below(inner, `.${key}`)),
    ...Object.entries(keywords).flatMap(([keyword, inner]) => below(inner, INNER[keyword] ?? "")),
  ];
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;
