import { JOURNAL_KEY } from "../../names.js";

/** What an object below a transaction's prefix holds. */
export type PartName =
  | { readonly kind: "input" }
  | { readonly kind: "output"; readonly key: string }
  | { readonly kind: "item"; readonly key: string; readonly item: number };

export const INPUT_NAME = "input.json";

const EXTENSION = ".json";
const ITEM_DIGITS = 8;
const ITEM_NAME = /^([^/]+)\/(\d{8})\.json$/;

/** The name of an output's object, or of one item's. */
export const partName = (key: string, item?: number): string =>
  item === undefined ? `${escapeKey(key)}${EXTENSION}` : `${itemPrefix(key)}${digits(item)}${EXTENSION}`;

/** Where the items of a Map's output lie. */
export const itemPrefix = (key: string): string => `${escapeKey(key)}/`;

/**
 * What an object below a transaction's prefix holds, by its name.
 *
 * @param name the object's key without `<transaction id>/`
 * @returns `undefined` for a name that no part has
 *
 * @example
 * ```ts
 * import { readPartName } from "@sfs3/sdk/flow";
 *
 * console.log(readPartName("line-output/00000003.json")); // { kind: "item", key: "line-output", item: 3 }
 * ```
 */
export const readPartName = (name: string): PartName | undefined => {
  if (name === INPUT_NAME) return { kind: "input" };
  const [, folder, index] = ITEM_NAME.exec(name) ?? [];
  if (folder !== undefined) return named(folder, name, Number(index));
  const isOutput = name.endsWith(EXTENSION) && !name.includes("/");
  return isOutput ? named(name.slice(0, -EXTENSION.length), name) : undefined;
};

/**
 * @returns the key of the Map's output whose items lie there; `undefined` for a prefix that none has, as that under which
 * distributed Maps leave word of their children
 */
export const readItemPrefix = (prefix: string): string | undefined => {
  const key = unescapeKey(prefix.slice(0, -1));
  return itemPrefix(key) === prefix && key !== JOURNAL_KEY ? key : undefined;
};

const named = (escaped: string, name: string, item?: number): PartName | undefined => {
  const key = unescapeKey(escaped);
  if (partName(key, item) !== name) return undefined;
  return item === undefined ? { kind: "output", key } : { kind: "item", key, item };
};

const digits = (item: number): string => String(item).padStart(ITEM_DIGITS, "0");

/**
 * What XML, in which S3 lists names, or UTF-8, in which it keeps them, cannot carry, and the sign of an escape itself; and
 * a name that clients take for a folder, and the input's own.
 */
const UNSAFE = /[%\p{Cc}\p{Cs}\ufffe\uffff]|^\.(?=\.?$)|^i(?=nput$)/gu;

/** Each unit of UTF-16 as `%` and four digits: 128 of them and an id stay below S3's 1,024 bytes. */
const escapeKey = (key: string): string =>
  key.replace(UNSAFE, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const unescapeKey = (escaped: string): string =>
  escaped.replace(/%([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
