import { isPlainObject } from "./json-object.js";

/** Deeper values are left to whoever can say what is wrong with them: they may be circular. */
const MAX_DEPTH = 500;

/**
 * Whether a value is of nothing but what JSON has, so that `JSON.stringify` neither drops nor changes a part of it. What
 * is absent from an object is absent from its JSON as well.
 */
export const isExactJson = (value: unknown, depth = 0): boolean => {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value !== "object") return Number.isFinite(value);
  if (depth === MAX_DEPTH || "toJSON" in value) return false;
  if (Array.isArray(value)) return isExactArray(value, depth + 1);
  return isPlainObject(value) && isExactObject(value, depth + 1);
};

/** By index: `every` passes over holes. */
const isExactArray = (array: readonly unknown[], depth: number): boolean => {
  for (let index = 0; index < array.length; index += 1) if (!isExactJson(array[index], depth)) return false;
  return true;
};

const isExactObject = (object: Readonly<Record<string, unknown>>, depth: number): boolean => {
  for (const key in object) {
    const value = object[key];
    if (value !== undefined && !isExactJson(value, depth)) return false;
  }
  return true;
};
