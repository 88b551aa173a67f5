import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { S3Error } from "../errors.js";
import type { Bucket, BucketRecord } from "./bucket.js";
import { type BucketFolders, openBucketFolders } from "./bucket-folders.js";
import { lockFolder } from "./folder-lock.js";
import { createKeyLock } from "./key-lock.js";
import type { Warn } from "./load-buckets.js";
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
  /** Leaves the data folder to the next who opens it. */
  close(): Promise<void>;
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

/**
 * Opens the data folder, creating it where absent, and removes what an interrupted write left.
 *
 * @throws Error where another process, or this one, has it open
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  await mkdir(options.dataDir, { recursive: true });
  const close = await lockFolder(options.dataDir);
  try {
    return { ...(await loadStore(options)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function loadStore({ dataDir, warn }: StoreOptions): Promise<Omit<Store, "close">> {
  const staging = join(dataDir, STAGING_FOLDER);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const stagingPath = () => join(staging, randomUUID());
  const buckets = await openBucketFolders({ dataDir, stagingPath, warn });
  return {
    buckets: buckets.records,
    bucket: buckets.get,
    createBucket: buckets.create,
    deleteBucket: buckets.delete,
    stage: (body) => stageObject(stagingPath(), body),
    ...objectFiles(buckets, dataDir),
  };
}

function objectFiles(
  buckets: BucketFolders,
  dataDir: string,
): Pick<Store, "head" | "open" | "commit" | "deleteObject"> {
  const lock = createKeyLock();
  const pathOf = (bucket: string, key: string) => join(dataDir, bucket, objectFileName(key));
  // A bucket's name holds no slash, so no two pairs share a lock.
  const lockOf = (bucket: string, key: string) => `${bucket}/${key}`;

  function head(bucket: string, key: string): ObjectRecord {
    const record = buckets.get(bucket).objects.get(key);
    if (record === undefined) throw new S3Error("NoSuchKey", { details: { Key: key } });
    return record;
  }

  // Under the lock, so that record and body are of one version: a commit renames first and indexes after.
  function openObject(bucket: string, key: string): Promise<OpenObject> {
    return lock(lockOf(bucket, key), async () => {
      const record = head(bucket, key);
      return { record, file: await open(pathOf(bucket, key), "r") };
    });
  }

  async function commit(bucket: string, staged: StagedObject, { record, condition }: Write): Promise<void> {
    const replace = (target: Bucket) =>
      lock(lockOf(bucket, record.key), async () => {
        condition(target.objects.get(record.key));
        await rename(staged.path, pathOf(bucket, record.key));
        target.set(record);
      });
    try {
      await staged.seal(record);
      await buckets.writing(bucket, replace);
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  function deleteObject(bucket: string, key: string, condition: WriteCondition): Promise<void> {
    return buckets.writing(bucket, (target) =>
      lock(lockOf(bucket, key), async () => {
        const current = target.objects.get(key);
        condition(current);
        if (current === undefined) return;
        await rm(pathOf(bucket, key), { force: true });
        target.delete(key);
      }),
    );
  }

  return { head, open: openObject, commit, deleteObject };
}
