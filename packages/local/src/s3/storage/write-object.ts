import type { ObjectChecksum } from "../checksums.js";
import type { Tags } from "../tags.js";
import type { WriteCondition } from "./object-files.js";
import type { ObjectRecord } from "./object-version.js";
import type { StagedObject } from "./staged-object.js";
import type { Store } from "./store.js";

interface Services {
  readonly store: Store;
  readonly now: () => number;
}

/** A staged body and all that is to be known of the object it becomes. */
export interface BodyWrite {
  readonly bucket: string;
  readonly key: string;
  readonly staged: StagedObject;
  readonly checksum: ObjectChecksum | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags?: Tags | undefined;
  readonly condition: WriteCondition;
}

/** Makes a staged body the object under its key, if the condition holds. */
export function writeObject({ store, now }: Services, write: BodyWrite): Promise<ObjectRecord> {
  const { bucket, key, staged, checksum, headers, tags, condition } = write;
  const draft = {
    key,
    sizeBytes: staged.sizeBytes,
    etag: staged.md5,
    lastModifiedMs: now(),
    headers,
    ...(checksum && { checksum }),
    ...(tags && { tags }),
  };
  return store.objects.commit(staged, { bucket, draft, condition });
}
