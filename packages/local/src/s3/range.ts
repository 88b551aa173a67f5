import { S3Error } from "./errors.js";

/** A part of a body; both ends count. Unit: bytes from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const SINGLE_RANGE = /^bytes=(?<first>\d*)-(?<last>\d*)$/;

function resolve(first: string, last: string, sizeBytes: number): ByteRange {
  if (first === "") return { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes - 1 };
  return { start: Number(first), end: last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

/**
 * The part that a `Range` header asks for; `undefined` asks for all. As on S3, several ranges, or what is no byte
 * range, are answered with the whole object.
 *
 * @throws S3Error `InvalidRange` where the object has no byte in the range
 */
export function requestedRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const { first, last } = SINGLE_RANGE.exec(header?.trim() ?? "")?.groups ?? {};
  if (header === undefined || first === undefined || last === undefined || first + last === "") return undefined;
  if (first !== "" && last !== "" && Number(first) > Number(last)) return undefined;
  const range = resolve(first, last, sizeBytes);
  if (range.start <= range.end) return range;
  throw new S3Error("InvalidRange", {
    details: { RangeRequested: header, ActualObjectSize: sizeBytes },
    headers: { "content-range": `bytes */${sizeBytes}` },
  });
}
