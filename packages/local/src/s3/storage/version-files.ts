import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Bucket } from "./bucket.js";
import { encodeFooter } from "./footer.js";
import { objectFileName } from "./object-file-name.js";
import type { ObjectWrite } from "./object-files.js";
import { summaryOf } from "./object-summary.js";
import { NULL_VERSION, type ObjectRecord, type ObjectVersion } from "./object-version.js";
import type { StagedObject } from "./staged-object.js";

/** The files of one key's versions; whoever changes them holds the key's lock. */
export interface VersionFiles {
  readonly dataDir: string;
  /** A path, free as yet, on the same file system. */
  readonly stagingPath: () => string;
  readonly bucket: Bucket;
  readonly key: string;
  /** Tells whoever looks out for it that the key's object is gone. */
  readonly deleted: () => void;
}

export function pathOf(
  { dataDir, bucket, key }: VersionFiles,
  { versionId }: Pick<ObjectVersion, "versionId">,
): string {
  return join(dataDir, bucket.record.name, objectFileName(key, versionId));
}

/** The id and the sequence that a bucket gives to the next version. */
export function nextPlace({ record, nextSequence }: Bucket): Pick<ObjectVersion, "versionId" | "sequence"> {
  const versionId = record.versioning === "Enabled" ? randomBytes(16).toString("hex") : NULL_VERSION;
  return { versionId, sequence: nextSequence() };
}

/** Seals a staged file as a version and shows it by one rename. */
export async function showVersion<TVersion extends ObjectVersion>(
  files: VersionFiles,
  staged: StagedObject,
  version: TVersion,
): Promise<TVersion> {
  await staged.seal(version);
  await rename(staged.path, pathOf(files, version));
  files.bucket.put(summaryOf(version));
  return version;
}

export async function commitVersion(
  files: VersionFiles,
  staged: StagedObject,
  { draft, condition }: Pick<ObjectWrite, "draft" | "condition">,
): Promise<ObjectRecord> {
  const { bucket, key } = files;
  condition(bucket.current(key));
  return await showVersion(files, staged, { ...draft, ...nextPlace(bucket) });
}

/** A copy of the file with another footer takes its place: changed in place, a kill could leave it torn. */
export async function rewriteVersion(files: VersionFiles, changed: ObjectRecord): Promise<ObjectRecord> {
  const [path, staged] = [pathOf(files, changed), files.stagingPath()];
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
  files.bucket.put(summaryOf(changed));
  return changed;
}
