import { type ChecksumAlgorithm, type ChecksumType, checksumType } from "../checksums.js";
import type { DeleteMarker, ObjectRecord, ObjectVersion, VersionCommon } from "./object-version.js";

/**
 * What a listing or a condition asks of an object. Of each there is one in memory: all else, the user's metadata before
 * all, stays in the object's file.
 */
export interface ObjectSummary extends VersionCommon {
  readonly isDeleteMarker?: never;
  /** Length of the body. Unit: bytes. */
  readonly sizeBytes: number;
  readonly etag: string;
  readonly storageClass: string;
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: ChecksumType | undefined;
  readonly uploadId: string | undefined;
}

export type VersionSummary = ObjectSummary | DeleteMarker;

export function summaryOf(version: ObjectVersion): VersionSummary {
  const { key, versionId, sequence, lastModifiedMs } = version;
  if (version.isDeleteMarker) return { key, versionId, sequence, lastModifiedMs, isDeleteMarker: true };
  const { sizeBytes, etag, checksum, uploadId } = version;
  return {
    key,
    versionId,
    sequence,
    lastModifiedMs,
    sizeBytes,
    etag,
    storageClass: storageClassOf(version),
    checksumAlgorithm: checksum?.algorithm,
    checksumType: checksum && checksumType(checksum),
    uploadId,
  };
}

export const storageClassOf = ({ headers }: ObjectRecord): string => headers["x-amz-storage-class"] ?? "STANDARD";

/** What is under a key for who asks for no version. */
export function currentObject(versions: readonly VersionSummary[]): ObjectSummary | undefined {
  const [newest] = versions;
  return newest?.isDeleteMarker ? undefined : newest;
}
