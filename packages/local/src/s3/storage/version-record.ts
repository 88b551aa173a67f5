import { closeSync, openSync } from "node:fs";
import { S3Error } from "../errors.js";
import { readFooter } from "./footer.js";
import { NULL_VERSION, type ObjectRecord, type ObjectVersion } from "./object-version.js";

/** The version that an open file holds; `undefined` where the file is torn or of another kind. */
export function readVersion(fd: number): ObjectVersion | undefined {
  const found = readFooter(fd);
  // The footer's CRC was taken of what this folder wrote; what came before versioning has neither of the two.
  return found && ({ versionId: NULL_VERSION, sequence: 0, ...found } as ObjectVersion);
}

/**
 * What S3 knows of the object in an open file.
 *
 * @throws S3Error `NoSuchKey` where a delete marker took its place, which the index is yet to hear of
 */
export function readObject(fd: number, path: string): ObjectRecord {
  const version = readVersion(fd);
  if (version === undefined) throw new Error(`${path} is torn: restore or remove it, and start S3 anew.`);
  if (version.isDeleteMarker) throw new S3Error("NoSuchKey", { details: { Key: version.key } });
  return version;
}

/** @throws S3Error `NoSuchKey` where the file has been removed, which the index is yet to hear of */
export function openObjectFile(path: string, key: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const isGone = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw isGone ? new S3Error("NoSuchKey", { details: { Key: key }, cause }) : cause;
  }
}

/** Runs `read` on a descriptor, and closes it. */
export function reading<TResult>(fd: number, read: (fd: number) => TResult): TResult {
  try {
    return read(fd);
  } finally {
    closeSync(fd);
  }
}
