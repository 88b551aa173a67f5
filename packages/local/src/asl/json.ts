/** A JSON value. Treated as immutable everywhere, so that states can share it instead of copying it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

export const isCollection = (value: Json): value is readonly Json[] | JsonObject =>
  typeof value === "object" && value !== null;

/** ASL's word for a value's type. */
export function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Largest input or output of a state or execution. Unit: bytes of UTF-8. Source: Step Functions quotas. */
export const MAX_PAYLOAD_BYTES = 262_144;

export function exceedsPayloadLimit(text: string): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8: most texts need no counting.
  if (text.length * 3 <= MAX_PAYLOAD_BYTES) return false;
  return text.length > MAX_PAYLOAD_BYTES || Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}
