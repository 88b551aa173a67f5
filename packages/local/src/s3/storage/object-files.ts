import { type FileHandle, open } from "node:fs/promises";
import type { Tags } from "../tags.js";
import type { BucketFolders } from "./bucket-folders.js";
import { deleteCurrent, deleteVersion } from "./delete-version.js";
import { createDeletionWatches, type DeletionWatch } from "./deletion-watch.js";
import { findObject, type ObjectAddress } from "./find-object.js";
import { createKeyLock } from "./key-lock.js";
import type { ObjectSummary } from "./object-summary.js";
import type { ObjectDraft, ObjectRecord } from "./object-version.js";
import { discardingOnFailure, type StagedObject } from "./staged-object.js";
import { commitVersion, pathOf, rewriteVersion, type VersionFiles } from "./version-files.js";
import { openObjectFile, reading, readObject } from "./version-record.js";

/** Looks at what is under the key now, and throws where the write may not happen. */
export type WriteCondition = (current: ObjectSummary | undefined) => void;

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

// A bucket's name holds no slash, so no two pairs share a lock.
const nameOf = (bucket: string, key: string) => `${bucket}/${key}`;

export function createObjectFiles(buckets: BucketFolders, place: Place): ObjectFiles {
  const lock = createKeyLock();
  const watches = createDeletionWatches();
  const filesOf = (bucket: string, key: string): VersionFiles => ({
    ...place,
    bucket: buckets.get(bucket),
    key,
    deleted: () => watches.deleted(nameOf(bucket, key)),
  });
  const find = ({ bucket, key, versionId }: ObjectAddress) => {
    const summary = findObject(buckets.get(bucket), key, versionId);
    return pathOf(filesOf(bucket, key), summary);
  };
  // A write is in the file a moment before it is in the index: what the file holds is as true as what the index says.
  const head = (address: ObjectAddress) => {
    const path = find(address);
    return reading(openObjectFile(path, address.key), (fd) => readObject(fd, path));
  };

  /** Runs a write under the lock of its key, in a bucket that cannot be deleted meanwhile. */
  function writing<TResult>(bucket: string, key: string, write: (files: VersionFiles) => Promise<TResult>) {
    return buckets.writing(bucket, () => lock(nameOf(bucket, key), () => write(filesOf(bucket, key))));
  }

  return {
    head,
    // Under the lock, so that no deletion comes between the index and the file.
    open: (address) => lock(nameOf(address.bucket, address.key), () => openObject(find(address))),
    commit: (staged, { bucket, draft, condition }) =>
      discardingOnFailure(staged, () =>
        writing(bucket, draft.key, (files) => commitVersion(files, staged, { draft, condition })),
      ),
    delete: (deletion) =>
      writing(deletion.bucket, deletion.key, (files) =>
        deletion.versionId === undefined
          ? deleteCurrent(files, deletion)
          : deleteVersion(files, deletion, deletion.versionId),
      ),
    tag: (address, tags) =>
      writing(address.bucket, address.key, (files) => rewriteVersion(files, { ...head(address), tags })),
    watchDeletions: (bucket, key) => watches.watch(nameOf(bucket, key)),
  };
}

/** Record and body are of one version, as they are in one file. */
async function openObject(path: string): Promise<OpenObject> {
  const file = await open(path, "r");
  try {
    return { record: readObject(file.fd, path), file };
  } catch (error) {
    await file.close();
    throw error;
  }
}
