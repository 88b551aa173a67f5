import { createHash } from "node:crypto";

const VERSION_BYTES = 8;

/**
 * The output, and behind it whitespace that only a write with this journal entry has.
 *
 * S3 names a version by its ETag, for most encryptions the MD5 of the bytes, in which the metadata has no part. Two entries
 * that return the same would write the same version, and `If-Match` would let an attempt replace the second which has seen the
 * first.
 *
 * Source: Amazon S3 API Reference, "Object", ETag.
 */
export const versionedBody = (output: string, journal: string): Buffer => {
  const version = createHash("sha256").update(journal).digest().subarray(0, VERSION_BYTES);
  return Buffer.from(output + [...version].map(whitespaceOf).join(""));
};

/** A byte, bit by bit. */
const whitespaceOf = (byte: number): string =>
  byte.toString(2).padStart(8, "0").replaceAll("0", " ").replaceAll("1", "\t");

const [SPACE, TAB] = [0x20, 0x09];

/** The output alone, with the bytes that it had. */
export const withoutVersion = (body: Uint8Array): Uint8Array => {
  let end = body.length;
  while (body[end - 1] === SPACE || body[end - 1] === TAB) end -= 1;
  return body.subarray(0, end);
};
