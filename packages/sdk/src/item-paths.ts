import { perSchema } from "./per-schema.js";
import type { Schema } from "./step.js";

/** Where an array is of which one item is read: a key of the sidecar, and keys below it. */
export type ItemPath = readonly [key: string, ...below: string[]];

interface Definition {
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly in?: Schema;
  readonly innerType?: Schema;
  /** Of `item` alone. */
  readonly isItem?: true;
}

/**
 * The arrays that `schema` reads by `item`.
 *
 * Apart from `item`, which makes a schema: what is loaded late looks at schemas and has no part in zod, so that a bundler
 * leaves out of zod what nobody uses.
 */
export const itemPaths = /* @__PURE__ */ perSchema((schema): readonly ItemPath[] =>
  pathsIn(schema).flatMap(([key, ...below]) => (key === undefined ? [] : [[key, ...below] as const])),
);

const pathsIn = (schema: Schema): readonly (readonly string[])[] => {
  const { shape = {}, in: before, innerType, isItem } = schema._zod.def as Definition;
  if (isItem) return [[]];
  const inner = before ?? innerType;
  if (inner !== undefined) return pathsIn(inner);
  return Object.entries(shape).flatMap(([key, value]) => pathsIn(value).map((below) => [key, ...below]));
};
