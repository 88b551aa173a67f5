import { Sfs3Error } from "./errors.js";
import type { ItemPath } from "./item-paths.js";
import { isObject } from "./json-object.js";

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
