import { currentObject, type ObjectRecord, type ObjectVersion } from "./object-version.js";
import type { Upload } from "./upload.js";

/** Source: Amazon S3 API Reference, PutBucketVersioning, `Status`. */
export type BucketVersioning = "Enabled" | "Suspended";

/** What S3 knows of a bucket besides its objects; the content of its `bucket.json`. */
export interface BucketRecord {
  readonly name: string;
  /** Unit: milliseconds since 1970, UTC. */
  readonly createdMs: number;
  /** LocationConstraint; absent means us-east-1. */
  readonly location?: string;
  /** Absent: never enabled. */
  readonly versioning?: BucketVersioning;
}

/** A bucket's index in memory. */
export interface Bucket {
  readonly record: BucketRecord;
  /** What a GET finds, by key. */
  readonly objects: ReadonlyMap<string, ObjectRecord>;
  /** Multipart uploads in progress, by id. */
  readonly uploads: Map<string, Upload>;
  /** A key's versions, newest first. */
  versions(key: string): readonly ObjectVersion[];
  /** The sequence of the next write. */
  nextSequence(): number;
  /** Adds a version; one of the same id is replaced. */
  put(version: ObjectVersion): void;
  delete(key: string, versionId: string): void;
  configure(record: BucketRecord): void;
  /** All keys with an object in S3's order. */
  keys(): readonly string[];
  /** All keys with a version in S3's order: those of which only delete markers or older versions are left, too. */
  versionedKeys(): readonly string[];
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

interface SortedMap<T> {
  readonly entries: ReadonlyMap<string, T>;
  set(key: string, value: T | undefined): void;
  keys(): readonly string[];
}

/** A map that sorts its keys when they are asked for; setting `undefined` deletes. */
function createSortedMap<T>(): SortedMap<T> {
  const entries = new Map<string, T>();
  let sorted: readonly string[] | undefined;
  return {
    entries,
    set: (key, value) => {
      if (entries.has(key) !== (value !== undefined)) sorted = undefined;
      if (value === undefined) entries.delete(key);
      else entries.set(key, value);
    },
    keys: () => {
      sorted ??= [...entries.keys()].sort(compareKeys);
      return sorted;
    },
  };
}

export function createBucketIndex(record: BucketRecord): Bucket {
  const versions = createSortedMap<readonly ObjectVersion[]>();
  const objects = createSortedMap<ObjectRecord>();
  let configured = record;
  let lastSequence = 0;
  const versionsOf = (key: string) => versions.entries.get(key) ?? [];
  const replace = (key: string, all: readonly ObjectVersion[]) => {
    versions.set(key, all.length === 0 ? undefined : all);
    objects.set(key, currentObject(all));
  };
  const others = (key: string, versionId: string) => versionsOf(key).filter((other) => other.versionId !== versionId);
  return {
    get record() {
      return configured;
    },
    objects: objects.entries,
    uploads: new Map(),
    versions: versionsOf,
    nextSequence: () => lastSequence + 1,
    put: (version) => {
      lastSequence = Math.max(lastSequence, version.sequence);
      const all = [version, ...others(version.key, version.versionId)];
      replace(
        version.key,
        all.sort((a, b) => b.sequence - a.sequence),
      );
    },
    delete: (key, versionId) => replace(key, others(key, versionId)),
    configure: (changed) => {
      configured = changed;
    },
    keys: objects.keys,
    versionedKeys: versions.keys,
  };
}
