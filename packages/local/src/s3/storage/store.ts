import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { S3Error } from "../errors.js";
import { type Bucket, type BucketRecord, createBucketIndex } from "./bucket.js";
import { createKeyLock } from "./key-lock.js";
import { BUCKET_FILE, isNotFound, loadBuckets, type Warn } from "./load-buckets.js";
import type { ObjectRecord } from "./object-file.js";
import { objectFileName } from "./object-file-name.js";
import { type BodySource, type StagedObject, stageObject } from "./staged-object.js";

/** Looks at what is under the key now, and throws where the write may not happen. */
export type WriteCondition = (current: ObjectRecord | undefined) => void;

/** An object whose body can be read; `file` stays on this version whatever is written meanwhile. */
export interface OpenObject {
  readonly record: ObjectRecord;
  readonly file: FileHandle;
}

/** Buckets and objects on disk: one folder per bucket, one file per object. */
export interface Store {
  buckets(): readonly BucketRecord[];
  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string): Bucket;
  /** Resolves to whether the bucket is new; one that exists stays as it is. */
  createBucket(record: BucketRecord): Promise<boolean>;
  /** @throws S3Error `NoSuchBucket`, `BucketNotEmpty` */
  deleteBucket(name: string): Promise<void>;
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey` */
  head(bucket: string, key: string): ObjectRecord;
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey` */
  open(bucket: string, key: string): Promise<OpenObject>;
  stage(body: BodySource): Promise<StagedObject>;
  /** Puts a staged body under its key, atomically with the condition; or throws and discards it. */
  commit(bucket: string, staged: StagedObject, write: Write): Promise<void>;
  /** Removes the object, atomically with the condition; a key without an object is left so. */
  deleteObject(bucket: string, key: string, condition: WriteCondition): Promise<void>;
}

interface Write {
  readonly record: ObjectRecord;
  readonly condition: WriteCondition;
}

interface StoreOptions {
  readonly dataDir: string;
  readonly warn: Warn;
}

// Inside the data folder, so that a rename never crosses file systems; no bucket's name can start with a dot.
const STAGING_FOLDER = ".staging";

/** Opens the data folder, creating it where absent, and removes what an interrupted write left. */
export async function openStore({ dataDir, warn }: StoreOptions): Promise<Store> {
  const staging = join(dataDir, STAGING_FOLDER);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const buckets = await loadBuckets(dataDir, warn);
  const commitsUnderWay = new Map<string, number>();
  const lock = createKeyLock();

  const stagingPath = () => join(staging, randomUUID());
  const objectPath = (bucket: string, key: string) => join(dataDir, bucket, objectFileName(key));
  // A bucket's name holds no slash, so no two pairs share a lock.
  const lockKey = <TResult>(bucket: string, key: string, critical: () => Promise<TResult>) =>
    lock(`${bucket}/${key}`, critical);

  function bucket(name: string): Bucket {
    const found = buckets.get(name);
    if (found === undefined) throw new S3Error("NoSuchBucket", { details: { BucketName: name } });
    return found;
  }

  function head(bucketName: string, key: string): ObjectRecord {
    const record = bucket(bucketName).objects.get(key);
    if (record === undefined) throw new S3Error("NoSuchKey", { details: { Key: key } });
    return record;
  }

  async function createBucket(record: BucketRecord): Promise<boolean> {
    if (buckets.has(record.name)) return false;
    const path = stagingPath();
    await mkdir(path);
    await writeFile(join(path, BUCKET_FILE), JSON.stringify(record));
    await rename(path, join(dataDir, record.name));
    buckets.set(record.name, createBucketIndex(record));
    return true;
  }

  async function deleteBucket(name: string): Promise<void> {
    const isEmpty = bucket(name).objects.size === 0 && !commitsUnderWay.has(name);
    if (!isEmpty) throw new S3Error("BucketNotEmpty", { details: { BucketName: name } });
    buckets.delete(name);
    const path = stagingPath();
    await rename(join(dataDir, name), path);
    await rm(path, { recursive: true });
  }

  // A bucket with a commit under way is not empty: otherwise its folder could vanish under an acknowledged write.
  async function countingCommits(name: string, critical: () => Promise<void>): Promise<void> {
    commitsUnderWay.set(name, (commitsUnderWay.get(name) ?? 0) + 1);
    try {
      await critical();
    } finally {
      const left = (commitsUnderWay.get(name) ?? 1) - 1;
      if (left === 0) commitsUnderWay.delete(name);
      else commitsUnderWay.set(name, left);
    }
  }

  async function commit(bucketName: string, staged: StagedObject, { record, condition }: Write): Promise<void> {
    try {
      await staged.seal(record);
      await lockKey(bucketName, record.key, () =>
        countingCommits(bucketName, async () => {
          const target = bucket(bucketName);
          condition(target.objects.get(record.key));
          await rename(staged.path, objectPath(bucketName, record.key));
          target.set(record);
        }),
      );
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  function deleteObject(bucketName: string, key: string, condition: WriteCondition): Promise<void> {
    return lockKey(bucketName, key, async () => {
      const target = bucket(bucketName);
      const current = target.objects.get(key);
      condition(current);
      if (current === undefined) return;
      await rm(objectPath(bucketName, key));
      target.delete(key);
    });
  }

  // Under the lock, so that record and body are of one version: a commit renames first and indexes after.
  function openObject(bucketName: string, key: string): Promise<OpenObject> {
    return lockKey(bucketName, key, async () => {
      const record = head(bucketName, key);
      try {
        return { record, file: await open(objectPath(bucketName, key), "r") };
      } catch (error) {
        if (!isNotFound(error)) throw error;
        throw new S3Error("NoSuchKey", { details: { Key: key }, cause: error });
      }
    });
  }

  return {
    buckets: () => [...buckets.values()].map(({ record }) => record).sort((a, b) => (a.name < b.name ? -1 : 1)),
    bucket,
    createBucket: (record) => lock(record.name, () => createBucket(record)),
    deleteBucket: (name) => lock(name, () => deleteBucket(name)),
    head,
    open: openObject,
    stage: (body) => stageObject(stagingPath(), body),
    commit,
    deleteObject,
  };
}
