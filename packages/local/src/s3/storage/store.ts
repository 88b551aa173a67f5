import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { failureToOpen } from "../../data-folder-error.js";
import type { DataFolderWatch } from "../../data-folder-watch.js";
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

type OpenedStore = Omit<Store, "close">;

interface StoreOptions {
  readonly dataDir: string;
  readonly warn: Warn;
  readonly folder: DataFolderWatch;
}

// Inside the data folder, so that a rename never crosses file systems; no bucket's name can start with a dot.
const STAGING_FOLDER = ".staging";

/**
 * Opens the data folder, creating it where absent, and removes what an interrupted write left.
 *
 * @throws DataFolderError where the folder cannot be written
 * @throws Error where another process, or this one, has it open
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  try {
    await makeFolder(options.dataDir);
    const close = await lockFolder(options.dataDir);
    const store = await loadStore(options).catch(async (error: unknown) => {
      // Of the two failures the first is the one to know.
      await close().catch(() => {});
      throw error;
    });
    return { ...tellingOfFailures(store, options.folder), close };
  } catch (error) {
    throw failureToOpen(options.dataDir, error);
  }
}

type Write<TArguments extends unknown[], TResult> = (...given: TArguments) => Promise<TResult>;

/** The same store, whose failed writes are told, and say what there is to do. */
function tellingOfFailures(store: OpenedStore, folder: DataFolderWatch): OpenedStore {
  const telling =
    <TArguments extends unknown[], TResult>(write: Write<TArguments, TResult>): Write<TArguments, TResult> =>
    (...given) =>
      folder.writing(() => write(...given));
  const { objects, uploads } = store;
  return {
    ...store,
    objects: {
      ...objects,
      commit: telling(objects.commit),
      delete: telling(objects.delete),
      tag: telling(objects.tag),
    },
    uploads: {
      ...uploads,
      create: telling(uploads.create),
      commitPart: telling(uploads.commitPart),
      end: (address, assemble) => folder.writing(() => uploads.end(address, assemble)),
    },
    createBucket: telling(store.createBucket),
    configureBucket: telling(store.configureBucket),
    deleteBucket: telling(store.deleteBucket),
    stage: telling(store.stage),
  };
}

async function loadStore({ dataDir, warn }: StoreOptions): Promise<OpenedStore> {
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
