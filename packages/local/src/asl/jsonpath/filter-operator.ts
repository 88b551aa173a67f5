import { isJsonObject, type Json } from "../json.js";
import { jsonEquals } from "./json-equality.js";

/** One side of a comparison; undefined where its path finds nothing. */
export type Operand = Json | undefined | RegExp;

export type FilterOperator = (left: Operand, right: Operand) => boolean;

type Comparable = string | number;

/** The operators of a filter, as the Jayway library has them: the service uses it. */
export const FILTER_OPERATORS: Readonly<Record<string, FilterOperator>> = {
  "==": equals,
  "!=": (left, right) => !equals(left, right),
  "===": (left, right) => typeof left === typeof right && equals(left, right),
  "!==": (left, right) => typeof left !== typeof right || !equals(left, right),
  "<": ordered((left, right) => left < right),
  "<=": ordered((left, right) => left <= right),
  ">": ordered((left, right) => left > right),
  ">=": ordered((left, right) => left >= right),
  "=~": matches,
  in: isIn,
  nin: (left, right) => !isIn(left, right),
  contains: (left, right) =>
    typeof left === "string" && typeof right === "string" ? left.includes(right) : isIn(right, left),
  all: (left, right) => Array.isArray(left) && itemsOf(right).every((item) => isIn(item, left)),
  subsetof: (left, right) => Array.isArray(left) && left.every((item) => isIn(item, right)),
  anyof: (left, right) => itemsOf(left).some((item) => isIn(item, right)),
  noneof: (left, right) => Array.isArray(left) && !left.some((item) => isIn(item, right)),
  size: (left, right) => sizeOf(left) === right,
  empty: (left, right) => (sizeOf(left) === undefined ? false : (sizeOf(left) === 0) === right),
};

/** A string and a number are equal if they say the same number. */
function equals(left: Operand, right: Operand): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left instanceof RegExp || right instanceof RegExp) return false;
  if (typeof left === "string" && typeof right === "number") return sameNumber(left, right);
  if (typeof left === "number" && typeof right === "string") return sameNumber(right, left);
  return jsonEquals(left, right);
}

const sameNumber = (text: string, number: number) => text.trim() !== "" && Number(text) === number;

function ordered(compare: (left: Comparable, right: Comparable) => boolean): FilterOperator {
  return (left, right) => {
    if (!isComparable(left) || !isComparable(right)) return false;
    return typeof left === typeof right ? compare(left, right) : compare(String(left), String(right));
  };
}

const isComparable = (operand: Operand): operand is Comparable =>
  typeof operand === "string" || typeof operand === "number";

const itemsOf = (operand: Operand): readonly Json[] => (Array.isArray(operand) ? operand : []);

function isIn(item: Operand, list: Operand): boolean {
  return itemsOf(list).some((candidate) => equals(item, candidate));
}

function matches(left: Operand, right: Operand): boolean {
  if (left instanceof RegExp) return !(right instanceof RegExp) && matches(right, left);
  if (!(right instanceof RegExp)) return false;
  const texts = Array.isArray(left) ? left : [left];
  return texts.some((text) => right.test(isComparable(text) || typeof text === "boolean" ? String(text) : ""));
}

function sizeOf(operand: Operand): number | undefined {
  if (typeof operand === "string" || Array.isArray(operand)) return operand.length;
  if (operand instanceof RegExp) return undefined;
  return isJsonObject(operand) ? Object.keys(operand).length : undefined;
}
