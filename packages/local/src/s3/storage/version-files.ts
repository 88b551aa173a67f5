import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Bucket } from "./bucket.js";
import { encodeFooter } from "./footer.js";
import { objectFileName } from "./object-file-name.js";
import type { ObjectWrite } from "./object-files.js";
import { summaryOf } from "./object-summary.js";
import { NULL_VERSION, type ObjectRecord, type ObjectVersion } from "./object-version.js";
import type { StagedObject } from "./staged-object.js";
import { leavingNothing } from "./staging.js";

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
  await leavingNothing(staged, async () => {
    await copyFile(path, staged, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await replaceFooter(staged, changed);
    await rename(staged, path);
  });
  files.bucket.put(summaryOf(changed));
  return changed;
}

async function replaceFooter(path: string, record: ObjectRecord): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.truncate(record.sizeBytes);
    await writeAt(file, encodeFooter(record, record.sizeBytes), record.sizeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whole: a disk that fills takes a part of what one write brings, and says so only to the next. */
async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    from += (await file.write(bytes, from, undefined, position + from)).bytesWritten;
  }
}
