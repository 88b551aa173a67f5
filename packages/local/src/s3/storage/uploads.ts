import { createReadStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { S3Error } from "../errors.js";
import type { BucketFolders } from "./bucket-folders.js";
import { createKeyLock } from "./key-lock.js";
import type { StagedObject } from "./staged-object.js";
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

const READ_AHEAD_BYTES = 1024 * 1024;

export async function openUploads(buckets: BucketFolders, { dataDir, stagingPath }: Place): Promise<Uploads> {
  const lock = createKeyLock();
  const folderOf = (bucket: string, uploadId: string) => join(dataDir, bucket, UPLOADS_FOLDER, uploadId);

  function get({ bucket, key, uploadId }: UploadAddress): Upload {
    const upload = buckets.get(bucket).uploads.get(uploadId);
    if (upload?.record.key !== key) throw new S3Error("NoSuchUpload", { details: { UploadId: uploadId } });
    return upload;
  }

  async function create(bucket: string, record: UploadRecord): Promise<void> {
    await buckets.writing(bucket, async (target) => {
      const path = stagingPath();
      await mkdir(path);
      await writeFile(join(path, UPLOAD_FILE), JSON.stringify(record));
      await mkdir(join(dataDir, bucket, UPLOADS_FOLDER), { recursive: true });
      await rename(path, folderOf(bucket, record.uploadId));
      target.uploads.set(record.uploadId, { record, parts: new Map() });
    });
  }

  // Out of the way by a rename, so that an upload is never half there.
  async function remove(bucket: string, uploadId: string): Promise<void> {
    const path = stagingPath();
    await rename(folderOf(bucket, uploadId), path);
    buckets.get(bucket).uploads.delete(uploadId);
    await rm(path, { recursive: true });
  }

  /** Runs what changes an upload when nothing else does. */
  function changing<TResult>(address: UploadAddress, change: (upload: Upload) => Promise<TResult>): Promise<TResult> {
    return buckets.writing(address.bucket, () => lock(address.uploadId, () => change(get(address))));
  }

  async function commitPart(address: UploadAddress, staged: StagedObject, part: PartRecord): Promise<void> {
    try {
      await staged.seal(part);
      await changing(address, async ({ parts }) => {
        await rename(staged.path, join(folderOf(address.bucket, address.uploadId), partFileName(part.partNumber)));
        parts.set(part.partNumber, part);
      });
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  async function* chunks({ bucket, uploadId }: UploadAddress, parts: readonly PartRecord[]) {
    for (const { partNumber, sizeBytes } of parts.filter((part) => part.sizeBytes > 0)) {
      const path = join(folderOf(bucket, uploadId), partFileName(partNumber));
      yield* createReadStream(path, { end: sizeBytes - 1, highWaterMark: READ_AHEAD_BYTES });
    }
  }

  // A process killed between an object's appearance and the removal of its upload leaves both.
  for (const { record, uploads, versions } of buckets.all()) {
    for (const { uploadId, key } of [...uploads.values()].map((upload) => upload.record)) {
      const isComplete = versions(key).some((version) => !version.isDeleteMarker && version.uploadId === uploadId);
      if (isComplete) await remove(record.name, uploadId);
    }
  }

  return {
    create,
    get,
    commitPart,
    end: (address, assemble) =>
      changing(address, async (upload) => {
        const result = await assemble(upload);
        await remove(address.bucket, address.uploadId);
        return result;
      }),
    bodies: (address, parts) =>
      Readable.from(chunks(address, parts), { objectMode: false, highWaterMark: READ_AHEAD_BYTES }),
  };
}
