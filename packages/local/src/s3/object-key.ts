import { S3Error } from "./errors.js";

/** Longest key. Unit: bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** @throws S3Error `KeyTooLongError` */
export function checkObjectKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes <= MAX_KEY_BYTES) return;
  throw new S3Error("KeyTooLongError", { details: { Size: bytes, MaxSizeAllowed: MAX_KEY_BYTES } });
}
