import { $ZodArray, type $ZodType, type input, type output } from "zod/v4/core";
import { perSchema } from "./per-schema.js";
import type { Schema } from "./step.js";

/** A schema of an array that gives the item of the invocation. */
export type Item<T extends Schema> = $ZodType<output<T>, input<T>[]>;

/**
 * Reads of an array of the sidecar only the item that the invocation works on: in a map's step, where `z.array(item)`
 * would stand, at a key of `schemaIn` or below one. `fn` gets the item. A step that runs outside a map fails with
 * `StepConfigurationError`.
 *
 * A step that takes the whole array has it read and parsed once for each item; with 100,000 items that is 100,000 times
 * 100,000. In the parts layout a container keeps the array's bytes, and asks S3 only whether they are still the same.
 *
 * @example
 * ```ts
 * import { defineStep, item } from "@sfs3/sdk";
 * import * as z from "zod";
 *
 * const Line = z.object({ article: z.string() });
 *
 * export const label = defineStep(
 *   z.object({ "split-output": z.object({ lines: item(Line) }) }),
 *   z.object({ text: z.string() }),
 *   (data) => ({ text: data["split-output"].lines.article }),
 *   { name: "label" },
 * );
 * ```
 */
export const item = <T extends Schema>(element: T): Item<T> => {
  const definition = { type: "array", element, isItem: true } as const;
  const schema = new $ZodArray(definition);
  const { parse, run } = element._zod;
  // An array to everything that looks at schemas, as the flow's checks do; what is parsed is the item.
  Object.assign(schema._zod, { parse, run });
  return schema as unknown as Item<T>;
};

/** Where an array is of which one item is read: a key of the sidecar, and keys below it. */
export type ItemPath = readonly [key: string, ...below: string[]];

interface Definition {
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly in?: Schema;
  readonly innerType?: Schema;
  /** Of `item` alone. */
  readonly isItem?: true;
}

/** The arrays that `schema` reads by `item`. */
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
