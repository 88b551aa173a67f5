import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { S3Error } from "../errors.js";
import { type Bucket, type BucketRecord, createBucketIndex } from "./bucket.js";
import { createKeyLock } from "./key-lock.js";
import { BUCKET_FILE, loadBuckets, type Warn } from "./load-buckets.js";
import { leavingNothing } from "./staging.js";

/** The buckets: a folder on disk and an index in memory each. */
export interface BucketFolders {
  records(): readonly BucketRecord[];
  /** @throws S3Error `NoSuchBucket` */
  get(name: string): Bucket;
  /** Resolves to whether the bucket is new; one that exists stays as it is. */
  create(record: BucketRecord): Promise<boolean>;
  /** @throws S3Error `NoSuchBucket`, `BucketNotEmpty` */
  delete(name: string): Promise<void>;
  /** Changes what is known of a bucket. @throws S3Error `NoSuchBucket` */
  configure(name: string, change: Partial<BucketRecord>): Promise<void>;
  /** Runs a write into the bucket, which cannot be deleted meanwhile. @throws S3Error `NoSuchBucket` */
  writing<TResult>(name: string, write: (bucket: Bucket) => Promise<TResult>): Promise<TResult>;
  /** All of them. */
  all(): readonly Bucket[];
}

interface Folders {
  readonly dataDir: string;
  /** A path, free as yet, on the same file system. */
  readonly stagingPath: () => string;
  readonly warn: Warn;
}

/** Loads the buckets under `dataDir`. Folders appear and vanish by rename, so that none is ever half there. */
export async function openBucketFolders({ dataDir, stagingPath, warn }: Folders): Promise<BucketFolders> {
  const buckets = await loadBuckets(dataDir, warn);
  const writesUnderWay = new Map<string, number>();
  const lock = createKeyLock();

  function get(name: string): Bucket {
    const found = buckets.get(name);
    if (found === undefined) throw new S3Error("NoSuchBucket", { details: { BucketName: name } });
    return found;
  }

  async function create(record: BucketRecord): Promise<boolean> {
    if (buckets.has(record.name)) return false;
    const path = stagingPath();
    await leavingNothing(path, async () => {
      await mkdir(path);
      await writeFile(join(path, BUCKET_FILE), JSON.stringify(record));
      await rename(path, join(dataDir, record.name));
    });
    buckets.set(record.name, createBucketIndex(record));
    return true;
  }

  async function remove(name: string): Promise<void> {
    const isEmpty = get(name).versionedKeys().length === 0 && !writesUnderWay.has(name);
    if (!isEmpty) throw new S3Error("BucketNotEmpty", { details: { BucketName: name } });
    const path = stagingPath();
    await rename(join(dataDir, name), path);
    buckets.delete(name);
    await rm(path, { recursive: true });
  }

  async function configure(name: string, change: Partial<BucketRecord>): Promise<void> {
    const bucket = get(name);
    const record = { ...bucket.record, ...change };
    const path = stagingPath();
    await leavingNothing(path, async () => {
      await writeFile(path, JSON.stringify(record));
      await rename(path, join(dataDir, name, BUCKET_FILE));
    });
    bucket.configure(record);
  }

  async function writing<TResult>(name: string, write: (bucket: Bucket) => Promise<TResult>): Promise<TResult> {
    const bucket = get(name);
    writesUnderWay.set(name, (writesUnderWay.get(name) ?? 0) + 1);
    try {
      return await write(bucket);
    } finally {
      const left = (writesUnderWay.get(name) ?? 1) - 1;
      if (left > 0) writesUnderWay.set(name, left);
      else writesUnderWay.delete(name);
    }
  }

  return {
    records: () => [...buckets.values()].map(({ record }) => record).sort((a, b) => (a.name < b.name ? -1 : 1)),
    get,
    create: (record) => lock(record.name, () => create(record)),
    delete: (name) => lock(name, () => remove(name)),
    configure: (name, change) => lock(name, () => configure(name, change)),
    writing,
    all: () => [...buckets.values()],
  };
}
