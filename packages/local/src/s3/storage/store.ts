import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../make-folder.js";
import type { Bucket, BucketRecord } from "./bucket.js";
import { openBucketFolders } from "./bucket-folders.js";
import { lockFolder } from "./folder-lock.js";
import type { Warn } from "./load-buckets.js";
import { createObjectFiles, type ObjectFiles } from "./object-files.js";
import { type BodySource, type StagedObject, stageObject } from "./staged-object.js";
import { openUploads, type Uploads } from "./uploads.js";

/** Buckets, objects and multipart uploads on disk: a folder per bucket, a file per version of an object. */
export interface Store {
  readonly objects: ObjectFiles;
  readonly uploads: Uploads;
  buckets(): readonly BucketRecord[];
  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string): Bucket;
  /** Resolves to whether the bucket is new; one that exists stays as it is. */
  createBucket(record: BucketRecord): Promise<boolean>;
  /** @throws S3Error `NoSuchBucket` */
  configureBucket(name: string, change: Partial<BucketRecord>): Promise<void>;
  /** @throws S3Error `NoSuchBucket`, `BucketNotEmpty` */
  deleteBucket(name: string): Promise<void>;
  stage(body: BodySource): Promise<StagedObject>;
  /** Leaves the data folder to the next who opens it. */
  close(): Promise<void>;
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
  await makeFolder(options.dataDir);
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
    objects: createObjectFiles(buckets, { dataDir, stagingPath }),
    uploads: await openUploads(buckets, { dataDir, stagingPath }),
    buckets: buckets.records,
    bucket: buckets.get,
    createBucket: buckets.create,
    configureBucket: buckets.configure,
    deleteBucket: buckets.delete,
    stage: (body) => stageObject(stagingPath(), body),
  };
}
