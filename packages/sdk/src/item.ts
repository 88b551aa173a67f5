import { $ZodArray, type $ZodType, type input, type output } from "zod/v4/core";
import { Sfs3Error } from "./errors.js";
import { isObject } from "./json-object.js";
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
export const itemPaths = (schema: Schema): readonly ItemPath[] => {
  const known = pathsOf.get(schema);
  if (known !== undefined) return known;
  const paths = pathsIn(schema).flatMap(([key, ...below]) => (key === undefined ? [] : [[key, ...below] as const]));
  pathsOf.set(schema, paths);
  return paths;
};

const pathsOf = new WeakMap<Schema, readonly ItemPath[]>();

const pathsIn = (schema: Schema): readonly (readonly string[])[] => {
  const { shape = {}, in: before, innerType, isItem } = schema._zod.def as Definition;
  if (isItem) return [[]];
  const inner = before ?? innerType;
  if (inner !== undefined) return pathsIn(inner);
  return Object.entries(shape).flatMap(([key, value]) => pathsIn(value).map((below) => [key, ...below]));
};

/** The invocation, for messages. */
export interface ItemReader {
  readonly step: string;
  readonly item: number | undefined;
}

/**
 * The item's index.
 *
 * @throws `StepConfigurationError` outside a map
 */
export const ownIndex = ({ step, item: index }: ItemReader, path: readonly string[]): number => {
  if (index !== undefined) return index;
  throw new Sfs3Error(
    "StepConfigurationError",
    `Step '${step}' reads its item of '${path.join(".")}', and works on none. Let it stand in a map of the flow, or read the whole array.`,
  );
};

/** @throws `S3DataPreconditionError` where there is no such item */
export const missingItem = ({ step, item: index }: ItemReader, path: readonly string[]): Sfs3Error =>
  new Sfs3Error("S3DataPreconditionError", `Step '${step}' finds no item ${index} in '${path.join(".")}'.`);

type Values = Readonly<Record<string, unknown>>;

/** The values with the item in place of each array that is read by `item`; what is no array stays as it is. */
export const withOwnItems = (values: Values, paths: readonly ItemPath[], reader: ItemReader): Values =>
  paths.reduce((all, path) => replaced(all, path, { path, reader }), values);

const replaced = (
  values: Values,
  [key = "", ...below]: readonly string[],
  at: { readonly path: ItemPath; readonly reader: ItemReader },
): Values => {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (below.length > 0) return isObject(value) ? { ...values, [key]: replaced(value, below, at) } : values;
  if (!Array.isArray(value)) return values;
  const index = ownIndex(at.reader, at.path);
  if (index >= value.length) throw missingItem(at.reader, at.path);
  return { ...values, [key]: value[index] };
};
