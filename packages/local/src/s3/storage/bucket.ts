import type { ObjectRecord } from "./object-file.js";

/** What S3 knows of a bucket besides its objects; the content of its `bucket.json`. */
export interface BucketRecord {
  readonly name: string;
  /** Unit: milliseconds since 1970, UTC. */
  readonly createdMs: number;
  /** LocationConstraint; absent means us-east-1. */
  readonly location?: string;
}

/** A bucket's index in memory. */
export interface Bucket {
  readonly record: BucketRecord;
  readonly objects: ReadonlyMap<string, ObjectRecord>;
  set(object: ObjectRecord): void;
  delete(key: string): void;
  /** All keys in S3's order. */
  keys(): readonly string[];
}

/** S3 orders keys by their UTF-8 bytes; UTF-16 code units order astral characters before U+E000 to U+FFFF. */
export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return utf8Rank(a) - utf8Rank(b);
  }
  return left.length - right.length;
}

function utf8Rank(codeUnit: number): number {
  const isSurrogate = codeUnit >= 0xd800 && codeUnit <= 0xdfff;
  return isSurrogate ? codeUnit + 0x10000 : codeUnit;
}

export function createBucketIndex(record: BucketRecord): Bucket {
  const objects = new Map<string, ObjectRecord>();
  let sortedKeys: readonly string[] | undefined;
  return {
    record,
    objects,
    set: (object) => {
      if (!objects.has(object.key)) sortedKeys = undefined;
      objects.set(object.key, object);
    },
    delete: (key) => {
      if (objects.delete(key)) sortedKeys = undefined;
    },
    keys: () => {
      sortedKeys ??= [...objects.keys()].sort(compareKeys);
      return sortedKeys;
    },
  };
}
