import { isJsonObject, type Json } from "../json.js";

/** What a JSON Pointer points to; undefined where it points to nothing. Source: RFC 6901. */
export function atPointer(value: Json, pointer: string): Json | undefined {
  let found: Json | undefined = value;
  for (const token of pointer.split("/").slice(1)) {
    found = found === undefined ? undefined : memberAt(found, token.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return found;
}

export const isPointer = (text: string): boolean => /^(\/([^~]|~[01])*)?$/s.test(text);

function memberAt(value: Json, name: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
