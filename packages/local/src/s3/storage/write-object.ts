import type { ObjectChecksum } from "../checksums.js";
import type { ObjectRecord } from "./object-file.js";
import type { StagedObject } from "./staged-object.js";
import type { Store, WriteCondition } from "./store.js";

interface Services {
  readonly store: Store;
  readonly now: () => number;
}

/** A staged body and all that is to be known of the object it becomes. */
export interface ObjectWrite {
  readonly bucket: string;
  readonly key: string;
  readonly staged: StagedObject;
  readonly checksum: ObjectChecksum | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly condition: WriteCondition;
}

/** Makes a staged body the object under its key, if the condition holds. */
export async function writeObject({ store, now }: Services, write: ObjectWrite): Promise<ObjectRecord> {
  const { bucket, key, staged, checksum, headers, condition } = write;
  const record: ObjectRecord = {
    key,
    sizeBytes: staged.sizeBytes,
    etag: staged.md5,
    lastModifiedMs: now(),
    headers,
    ...(checksum && { checksum }),
  };
  await store.commit(bucket, staged, { record, condition });
  return record;
}
