import { openSync, readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isBucketName } from "../bucket-name.js";
import { type Bucket, type BucketRecord, createBucketIndex } from "./bucket.js";
import { readFooter } from "./footer.js";
import { OBJECT_FILE_SUFFIX, objectFileName } from "./object-file-name.js";
import { summaryOf } from "./object-summary.js";
import type { PartRecord, Upload, UploadRecord } from "./upload.js";
import { PART_FILE_SUFFIX, partFileName, UPLOAD_FILE, UPLOADS_FOLDER } from "./upload-files.js";
import { reading, readVersion } from "./version-record.js";

export type Warn = (message: string) => void;

/** The file in a bucket's folder that makes it one. */
export const BUCKET_FILE = "bucket.json";

/** Rebuilds the index of every bucket under `dataDir`; warns of, and leaves alone, what it did not write. */
export async function loadBuckets(dataDir: string, warn: Warn): Promise<Map<string, Bucket>> {
  const buckets = new Map<string, Bucket>();
  for (const entry of await readdir(dataDir, { withFileTypes: true })) {
    const path = join(dataDir, entry.name);
    if (entry.name.startsWith(".")) continue;
    const bucket = entry.isDirectory() && isBucketName(entry.name) ? loadBucket(path, entry.name, warn) : undefined;
    if (bucket === undefined) warn(`S3 ignores ${path}: it is no bucket's folder. Move it out of the data folder.`);
    else buckets.set(entry.name, bucket);
  }
  return buckets;
}

function loadBucket(folder: string, name: string, warn: Warn): Bucket | undefined {
  const record = readJson(join(folder, BUCKET_FILE)) as BucketRecord | undefined;
  if (record?.name !== name) return undefined;
  const bucket = createBucketIndex(record);
  for (const file of readdirSync(folder)) {
    if (file === UPLOADS_FOLDER) loadUploads(bucket, join(folder, file), warn);
    else if (file !== BUCKET_FILE) loadVersion(bucket, join(folder, file), { file, warn });
  }
  return bucket;
}

/** The object in a JSON file; `undefined` where there is none. */
function readJson(path: string): object | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

interface LoadedFile {
  readonly file: string;
  readonly warn: Warn;
}

const warnOfFile = (warn: Warn, path: string): void =>
  warn(`S3 ignores ${path}: it is torn, or not a file that S3 wrote. Restore or remove it.`);

function loadVersion(bucket: Bucket, path: string, { file, warn }: LoadedFile): void {
  const version = file.endsWith(OBJECT_FILE_SUFFIX) ? reading(openSync(path, "r"), readVersion) : undefined;
  if (version !== undefined && objectFileName(version.key, version.versionId) === file) bucket.put(summaryOf(version));
  else warnOfFile(warn, path);
}

function loadUploads(bucket: Bucket, folder: string, warn: Warn): void {
  for (const uploadId of readdirSync(folder)) {
    const path = join(folder, uploadId);
    const record = readJson(join(path, UPLOAD_FILE)) as UploadRecord | undefined;
    if (record?.uploadId === uploadId) bucket.uploads.set(uploadId, { record, parts: loadParts(path, warn) });
    else warn(`S3 ignores ${path}: it is no multipart upload's folder. Remove it.`);
  }
}

function loadParts(folder: string, warn: Warn): Upload["parts"] {
  const parts = new Map<number, PartRecord>();
  for (const file of readdirSync(folder)) {
    if (file === UPLOAD_FILE) continue;
    const path = join(folder, file);
    const found = file.endsWith(PART_FILE_SUFFIX) ? reading(openSync(path, "r"), readFooter) : undefined;
    const part = found as PartRecord | undefined;
    if (part !== undefined && partFileName(part.partNumber) === file) parts.set(part.partNumber, part);
    else warnOfFile(warn, path);
  }
  return parts;
}
