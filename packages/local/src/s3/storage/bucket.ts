import { currentObject, type ObjectSummary, type VersionSummary } from "./object-summary.js";
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
  /** Multipart uploads in progress, by id. */
  readonly uploads: Map<string, Upload>;
  /** What a GET finds under a key. */
  current(key: string): ObjectSummary | undefined;
  /** A key's versions, newest first. */
  versions(key: string): readonly VersionSummary[];
  /** The sequence of the next write. */
  nextSequence(): number;
  /** Adds a version; one of the same id is replaced. */
  put(version: VersionSummary): void;
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

/** A list only where there are several: of 100,000 keys with one version each, lists would take a fourth of the memory. */
type Versions = VersionSummary | readonly VersionSummary[];

const listOf = (versions: Versions): readonly VersionSummary[] => ("key" in versions ? [versions] : versions);

export function createBucketIndex(record: BucketRecord): Bucket {
  const byKey = new Map<string, Versions>();
  // Sorted when they are asked for.
  let versionedKeys: readonly string[] | undefined;
  let keys: readonly string[] | undefined;
  let configured = record;
  let lastSequence = 0;
  const versions = (key: string) => listOf(byKey.get(key) ?? []);
  const current = (key: string) => currentObject(versions(key));
  const others = (key: string, versionId: string) => versions(key).filter((other) => other.versionId !== versionId);
  const sortedKeys = () => {
    versionedKeys ??= [...byKey.keys()].sort(compareKeys);
    return versionedKeys;
  };
  const replace = (key: string, all: readonly VersionSummary[]) => {
    if (byKey.has(key) !== all.length > 0) versionedKeys = undefined;
    if ((current(key) === undefined) !== (currentObject(all) === undefined)) keys = undefined;
    const [first, second] = all;
    if (first === undefined) byKey.delete(key);
    else byKey.set(key, second === undefined ? first : all);
  };
  return {
    get record() {
      return configured;
    },
    uploads: new Map(),
    current,
    versions,
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
    keys: () => {
      keys ??= sortedKeys().filter((key) => current(key) !== undefined);
      return keys;
    },
    versionedKeys: sortedKeys,
  };
}
