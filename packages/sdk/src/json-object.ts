import { types } from "node:util";

/** An object as JSON has it: no array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One that a literal makes: no promise, no Map, no instance of a class. Each realm has an `Object.prototype` of its own. */
export const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** Whatever follows a value level by level has no stack left after some thousands of them. */
export const isTooDeep = (error: unknown): boolean =>
  error instanceof RangeError && error.message === "Maximum call stack size exceeded";

/** What a message calls a value, without a word of what it holds. */
export const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (types.isPromise(value)) return "a Promise";
  return Array.isArray(value) ? "an array" : typeof value;
};
