import { S3Error } from "../errors.js";

const MAX_ENTRIES = 1000;

export function invalidParameter(name: string, value: string, message: string): S3Error {
  return new S3Error("InvalidArgument", { message, details: { ArgumentName: name, ArgumentValue: value } });
}

/** How many entries a page of a listing may have; 1,000 by default and at most. */
export function pageSize(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (text === "") return MAX_ENTRIES;
  if (!/^\d{1,10}$/.test(text)) {
    throw invalidParameter(name, text, `Provided ${name} not an integer or within integer range`);
  }
  return Math.min(MAX_ENTRIES, Number(text));
}

/** Writes a key into a listing. */
export type Encode = (text: string) => string;

/** Form encoding that leaves slashes, as `encoding-type=url` has it. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}

/** How a listing is to write its keys. */
export function keyEncoding(query: URLSearchParams): Encode {
  const type = query.get("encoding-type");
  if (type === null) return (text) => text;
  if (type === "url") return urlEncode;
  throw invalidParameter("encoding-type", type, "Invalid Encoding Method specified in Request");
}

/** The number of the part after which a listing of parts starts; 0 by default. */
export function partMarker(text: string): number {
  if (text === "") return 0;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw invalidParameter(
    "part-number-marker",
    text,
    "Provided part-number-marker not an integer or within integer range",
  );
}
