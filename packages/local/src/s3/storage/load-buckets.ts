import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isBucketName } from "../bucket-name.js";
import { type Bucket, type BucketRecord, createBucketIndex } from "./bucket.js";
import { readFooter } from "./object-file.js";
import { OBJECT_FILE_SUFFIX, objectFileName } from "./object-file-name.js";

export type Warn = (message: string) => void;

/** The file in a bucket's folder that makes it one. */
export const BUCKET_FILE = "bucket.json";

const FILES_AT_ONCE = 64;

/** Rebuilds the index of every bucket under `dataDir`; warns of, and leaves alone, what it did not write. */
export async function loadBuckets(dataDir: string, warn: Warn): Promise<Map<string, Bucket>> {
  const buckets = new Map<string, Bucket>();
  for (const entry of await readdir(dataDir, { withFileTypes: true })) {
    const path = join(dataDir, entry.name);
    if (entry.name.startsWith(".")) continue;
    const bucket =
      entry.isDirectory() && isBucketName(entry.name) ? await loadBucket(path, entry.name, warn) : undefined;
    if (bucket === undefined) warn(`S3 ignores ${path}: it is no bucket's folder. Move it out of the data folder.`);
    else buckets.set(entry.name, bucket);
  }
  return buckets;
}

async function loadBucket(folder: string, name: string, warn: Warn): Promise<Bucket | undefined> {
  const record = await readBucketRecord(join(folder, BUCKET_FILE));
  if (record?.name !== name) return undefined;
  const bucket = createBucketIndex(record);
  const files = (await readdir(folder)).filter((file) => file !== BUCKET_FILE);
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    await Promise.all(files.slice(start, start + FILES_AT_ONCE).map((file) => loadObject(bucket, folder, file, warn)));
  }
  return bucket;
}

async function readBucketRecord(path: string): Promise<BucketRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof record === "object" && record !== null && "name" in record ? (record as BucketRecord) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function loadObject(bucket: Bucket, folder: string, file: string, warn: Warn): Promise<void> {
  const path = join(folder, file);
  const record = file.endsWith(OBJECT_FILE_SUFFIX) ? await readRecord(path) : undefined;
  if (record !== undefined && objectFileName(record.key) === file) bucket.set(record);
  else warn(`S3 ignores ${path}: it is torn, or not a file that S3 wrote. Restore or remove it.`);
}

async function readRecord(path: string) {
  const file = await open(path, "r");
  try {
    return await readFooter(file);
  } finally {
    await file.close();
  }
}
