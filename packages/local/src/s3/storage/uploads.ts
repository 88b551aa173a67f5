import { createReadStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { S3Error } from "../errors.js";
import type { BucketFolders } from "./bucket-folders.js";
import { createKeyLock, type KeyLock } from "./key-lock.js";
import { discardingOnFailure, type StagedObject } from "./staged-object.js";
import { leavingNothing } from "./staging.js";
import type { PartRecord, Upload, UploadRecord } from "./upload.js";
import { partFileName, UPLOAD_FILE, UPLOADS_FOLDER } from "./upload-files.js";

/** Which multipart upload is meant; an id is valid for its own bucket and key only. */
export interface UploadAddress {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

/** Multipart uploads in progress: a folder per upload, a file per part. They survive a restart. */
export interface Uploads {
  /** @throws S3Error `NoSuchBucket` */
  create(bucket: string, record: UploadRecord): Promise<void>;
  /** @throws S3Error `NoSuchBucket`, `NoSuchUpload` */
  get(address: UploadAddress): Upload;
  /** Makes a staged body a part, in place of an earlier one of its number; or throws and discards it. */
  commitPart(address: UploadAddress, staged: StagedObject, part: PartRecord): Promise<void>;
  /** Ends an upload: `assemble` may use its parts, which nobody changes meanwhile. Kept where `assemble` rejects. */
  end<TResult>(address: UploadAddress, assemble: (upload: Upload) => Promise<TResult>): Promise<TResult>;
  /** The bodies of parts one after another. */
  bodies(address: UploadAddress, parts: readonly PartRecord[]): Readable;
}

interface Place {
  readonly dataDir: string;
  /** A path, free as yet, on the same file system. */
  readonly stagingPath: () => string;
}

interface UploadFolders extends Place {
  readonly buckets: BucketFolders;
  readonly lock: KeyLock;
}

const READ_AHEAD_BYTES = 1024 * 1024;

const folderOf = ({ dataDir }: Place, { bucket, uploadId }: Omit<UploadAddress, "key">) =>
  join(dataDir, bucket, UPLOADS_FOLDER, uploadId);

function getUpload({ buckets }: UploadFolders, { bucket, key, uploadId }: UploadAddress): Upload {
  const upload = buckets.get(bucket).uploads.get(uploadId);
  if (upload?.record.key !== key) throw new S3Error("NoSuchUpload", { details: { UploadId: uploadId } });
  return upload;
}

/** As a whole, by a rename, so that an upload is never half there. */
function createUpload(folders: UploadFolders, bucket: string, record: UploadRecord): Promise<void> {
  return folders.buckets.writing(bucket, async ({ uploads }) => {
    const path = folders.stagingPath();
    await leavingNothing(path, async () => {
      await mkdir(path);
      await writeFile(join(path, UPLOAD_FILE), JSON.stringify(record));
      await mkdir(join(folders.dataDir, bucket, UPLOADS_FOLDER), { recursive: true });
      await rename(path, folderOf(folders, { bucket, uploadId: record.uploadId }));
    });
    uploads.set(record.uploadId, { record, parts: new Map() });
  });
}

/** As a whole, by a rename. */
async function removeUpload(folders: UploadFolders, bucket: string, uploadId: string): Promise<void> {
  const path = folders.stagingPath();
  await rename(folderOf(folders, { bucket, uploadId }), path);
  folders.buckets.get(bucket).uploads.delete(uploadId);
  await rm(path, { recursive: true });
}

/** Runs what changes an upload when nothing else does. */
function changing<TResult>(
  folders: UploadFolders,
  address: UploadAddress,
  change: (upload: Upload) => Promise<TResult>,
): Promise<TResult> {
  const { buckets, lock } = folders;
  return buckets.writing(address.bucket, () => lock(address.uploadId, () => change(getUpload(folders, address))));
}

async function commitPart(
  folders: UploadFolders,
  address: UploadAddress,
  { staged, part }: { readonly staged: StagedObject; readonly part: PartRecord },
): Promise<void> {
  await staged.seal(part);
  await changing(folders, address, async ({ parts }) => {
    await rename(staged.path, join(folderOf(folders, address), partFileName(part.partNumber)));
    parts.set(part.partNumber, part);
  });
}

async function* chunksOf(folder: string, parts: readonly PartRecord[]) {
  for (const { partNumber, sizeBytes } of parts.filter((part) => part.sizeBytes > 0)) {
    const path = join(folder, partFileName(partNumber));
    yield* createReadStream(path, { end: sizeBytes - 1, highWaterMark: READ_AHEAD_BYTES });
  }
}

/** A process killed between an object's appearance and the removal of its upload leaves both. */
async function removeCompleted(folders: UploadFolders): Promise<void> {
  for (const { record, uploads, versions } of folders.buckets.all()) {
    for (const { uploadId, key } of [...uploads.values()].map((upload) => upload.record)) {
      const isComplete = versions(key).some((version) => !version.isDeleteMarker && version.uploadId === uploadId);
      if (isComplete) await removeUpload(folders, record.name, uploadId);
    }
  }
}

export async function openUploads(buckets: BucketFolders, place: Place): Promise<Uploads> {
  const folders: UploadFolders = { ...place, buckets, lock: createKeyLock() };
  await removeCompleted(folders);
  return {
    create: (bucket, record) => createUpload(folders, bucket, record),
    get: (address) => getUpload(folders, address),
    commitPart: (address, staged, part) =>
      discardingOnFailure(staged, () => commitPart(folders, address, { staged, part })),
    end: (address, assemble) =>
      changing(folders, address, async (upload) => {
        const result = await assemble(upload);
        await removeUpload(folders, address.bucket, address.uploadId);
        return result;
      }),
    bodies: (address, parts) =>
      Readable.from(chunksOf(folderOf(folders, address), parts), {
        objectMode: false,
        highWaterMark: READ_AHEAD_BYTES,
      }),
  };
}
