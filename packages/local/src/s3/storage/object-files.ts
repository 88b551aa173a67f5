import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Tags } from "../tags.js";
import type { Bucket } from "./bucket.js";
import type { BucketFolders } from "./bucket-folders.js";
import { createDeletionWatches, type DeletionWatch } from "./deletion-watch.js";
import { findObject, type ObjectAddress } from "./find-object.js";
import { encodeFooter } from "./footer.js";
import { createKeyLock } from "./key-lock.js";
import { objectFileName } from "./object-file-name.js";
import {
  currentObject,
  NULL_VERSION,
  type ObjectDraft,
  type ObjectRecord,
  type ObjectVersion,
} from "./object-version.js";
import { type StagedObject, stageObject } from "./staged-object.js";

/** Looks at what is under the key now, and throws where the write may not happen. */
export type WriteCondition = (current: ObjectRecord | undefined) => void;

/** An object whose body can be read; `file` stays on this version whatever is written meanwhile. */
export interface OpenObject {
  readonly record: ObjectRecord;
  readonly file: FileHandle;
}

/** What is to become an object, if the condition holds. */
export interface ObjectWrite {
  readonly bucket: string;
  readonly draft: ObjectDraft;
  readonly condition: WriteCondition;
}

/** Which object is to go, if the condition holds; `nowMs` dates the delete marker. */
export interface ObjectDeletion extends ObjectAddress {
  readonly condition: WriteCondition;
  readonly nowMs: number;
}

/** What a deletion removed or, as a delete marker, added. */
export interface Deleted {
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
  readonly isDeleteMarker: boolean;
}

/** The objects on disk: one file per version. What a write shows, it shows by a single rename or removal. */
export interface ObjectFiles {
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` */
  head(address: ObjectAddress): ObjectRecord;
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` */
  open(address: ObjectAddress): Promise<OpenObject>;
  /** Puts a staged body under its key, atomically with the condition; or throws and discards it. */
  commit(staged: StagedObject, write: ObjectWrite): Promise<ObjectRecord>;
  /** Removes the object, or hides it by a delete marker, atomically with the condition; no object is no error. */
  delete(deletion: ObjectDeletion): Promise<Deleted>;
  /** Replaces the tags of an object. @throws S3Error as `head` does */
  tag(address: ObjectAddress, tags: Tags): Promise<ObjectRecord>;
  /** Looks out for deletions of a key. */
  watchDeletions(bucket: string, key: string): DeletionWatch;
}

interface Place {
  readonly dataDir: string;
  /** A path, free as yet, on the same file system. */
  readonly stagingPath: () => string;
}

export function createObjectFiles(buckets: BucketFolders, { dataDir, stagingPath }: Place): ObjectFiles {
  const lock = createKeyLock();
  const watches = createDeletionWatches();
  // A bucket's name holds no slash, so no two pairs share a lock.
  const nameOf = (bucket: string, key: string) => `${bucket}/${key}`;
  const pathOf = (bucket: string, { key, versionId }: Pick<ObjectVersion, "key" | "versionId">) =>
    join(dataDir, bucket, objectFileName(key, versionId));

  const head = ({ bucket, key, versionId }: ObjectAddress) => findObject(buckets.get(bucket), key, versionId);

  /** Runs a write under the lock of its key, in a bucket that cannot be deleted meanwhile. */
  function writing<TResult>(bucket: string, key: string, write: (target: Bucket) => Promise<TResult>) {
    return buckets.writing(bucket, (target) => lock(nameOf(bucket, key), () => write(target)));
  }

  /** Seals a staged file as a version and shows it; to be called under the key's lock. */
  async function show<TVersion extends ObjectVersion>(target: Bucket, staged: StagedObject, version: TVersion) {
    await staged.seal(version);
    await rename(staged.path, pathOf(target.record.name, version));
    target.put(version);
    return version;
  }

  async function commit(staged: StagedObject, { bucket, draft, condition }: ObjectWrite): Promise<ObjectRecord> {
    try {
      return await writing(bucket, draft.key, async (target) => {
        condition(currentObject(target.versions(draft.key)));
        return await show(target, staged, { ...draft, ...placeOf(target) });
      });
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  async function remove(target: Bucket, version: ObjectVersion): Promise<void> {
    await rm(pathOf(target.record.name, version), { force: true });
    target.delete(version.key, version.versionId);
    watches.deleted(nameOf(target.record.name, version.key));
  }

  async function deleteCurrent(target: Bucket, { key, condition, nowMs }: ObjectDeletion): Promise<Deleted> {
    const current = currentObject(target.versions(key));
    condition(current);
    if (target.record.versioning === undefined) {
      if (current !== undefined) await remove(target, current);
      return { isDeleteMarker: false };
    }
    const place = placeOf(target);
    const staged = await stageObject(stagingPath(), { source: Readable.from([]), algorithms: new Set() });
    await show(target, staged, { key, lastModifiedMs: nowMs, isDeleteMarker: true, ...place });
    watches.deleted(nameOf(target.record.name, key));
    return { versionId: place.versionId, isDeleteMarker: true };
  }

  async function deleteVersion(
    target: Bucket,
    { key, condition }: ObjectDeletion,
    versionId: string,
  ): Promise<Deleted> {
    const version = target.versions(key).find((candidate) => candidate.versionId === versionId);
    condition(version?.isDeleteMarker ? undefined : version);
    if (version !== undefined) await remove(target, version);
    return { versionId, isDeleteMarker: version?.isDeleteMarker ?? false };
  }

  /** A copy of the file with another footer takes its place: changed in place, a kill could leave it torn. */
  async function rewrite(target: Bucket, changed: ObjectRecord): Promise<ObjectRecord> {
    const [path, staged] = [pathOf(target.record.name, changed), stagingPath()];
    await copyFile(path, staged, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const file = await open(staged, "r+");
    try {
      await file.truncate(changed.sizeBytes);
      await file.write(encodeFooter(changed, changed.sizeBytes), 0, undefined, changed.sizeBytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(staged, path);
    target.put(changed);
    return changed;
  }

  return {
    head,
    // Under the lock, so that record and body are of one version: a commit renames first and indexes after.
    open: (address) =>
      lock(nameOf(address.bucket, address.key), async () => {
        const record = head(address);
        return { record, file: await open(pathOf(address.bucket, record), "r") };
      }),
    commit,
    delete: (deletion) =>
      writing(deletion.bucket, deletion.key, (target) =>
        deletion.versionId === undefined
          ? deleteCurrent(target, deletion)
          : deleteVersion(target, deletion, deletion.versionId),
      ),
    tag: (address, tags) =>
      writing(address.bucket, address.key, (target) => rewrite(target, { ...head(address), tags })),
    watchDeletions: (bucket, key) => watches.watch(nameOf(bucket, key)),
  };
}

/** The id and the sequence that a bucket gives to the next version. */
function placeOf({ record, nextSequence }: Bucket): Pick<ObjectVersion, "versionId" | "sequence"> {
  const versionId = record.versioning === "Enabled" ? randomBytes(16).toString("hex") : NULL_VERSION;
  return { versionId, sequence: nextSequence() };
}
