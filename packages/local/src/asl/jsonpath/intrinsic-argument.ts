import { isJsonObject, type Json, type JsonObject, jsonType } from "../json.js";

/** An argument that an intrinsic function cannot take; the message says why. */
export class IntrinsicArgumentError extends Error {
  override readonly name = "IntrinsicArgumentError";
}

export function takeArray(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw unexpected("an array", value);
}

export function takeObject(value: Json | undefined): JsonObject {
  if (isJsonObject(value)) return value;
  throw unexpected("an object", value);
}

export function takeText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  throw unexpected("a string", value);
}

/** Longest text to encode, decode or hash. Unit: characters. Source: Developer Guide, "Intrinsic functions". */
const MAX_TEXT_CHARS = 10_000;

export function takeShortText(value: Json | undefined): string {
  const text = takeText(value);
  if (text.length <= MAX_TEXT_CHARS) return text;
  throw new IntrinsicArgumentError(`a text of at most ${MAX_TEXT_CHARS} characters is expected, not ${text.length}`);
}

const MIN_INTEGER = -(2 ** 31);
const MAX_INTEGER = 2 ** 31 - 1;

/** An integer of 32 bits; of any other number, its integer part. */
export const takeInteger = (value: Json | undefined) => inRange(Math.trunc(takeNumber(value)));

/** An integer of 32 bits; any other number rounded to the nearest one, halves upwards. */
export const takeRounded = (value: Json | undefined) => inRange(Math.round(takeNumber(value)));

function takeNumber(value: Json | undefined): number {
  if (typeof value === "number") return value;
  throw unexpected("a number", value);
}

export function inRange(value: number): number {
  if (value < MIN_INTEGER || value > MAX_INTEGER) {
    throw new IntrinsicArgumentError(`an integer from ${MIN_INTEGER} to ${MAX_INTEGER} is expected, not ${value}`);
  }
  // Minus zero is no integer of JSON's.
  return value + 0;
}

const unexpected = (expected: string, value: Json | undefined) =>
  new IntrinsicArgumentError(`${expected} is expected, not ${jsonType(value)}`);
