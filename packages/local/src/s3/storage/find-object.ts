import { S3Error } from "../errors.js";
import type { Bucket } from "./bucket.js";
import type { ObjectSummary } from "./object-summary.js";
import type { DeleteMarker } from "./object-version.js";

/** Which object is meant: the current one, or one by its version's id. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

function markerHeaders({ versionId, lastModifiedMs }: DeleteMarker): Record<string, string> {
  return {
    "x-amz-delete-marker": "true",
    "x-amz-version-id": versionId,
    "last-modified": new Date(lastModifiedMs).toUTCString(),
  };
}

function findVersion(bucket: Bucket, key: string, versionId: string): ObjectSummary {
  const version = bucket.versions(key).find((candidate) => candidate.versionId === versionId);
  if (version === undefined) throw new S3Error("NoSuchVersion", { details: { Key: key, VersionId: versionId } });
  if (!version.isDeleteMarker) return version;
  throw new S3Error("MethodNotAllowed", {
    details: { Method: "GET", ResourceType: "DeleteMarker" },
    headers: { ...markerHeaders(version), allow: "DELETE" },
  });
}

/**
 * @throws S3Error `NoSuchKey`, also where a delete marker is current; `NoSuchVersion`; `MethodNotAllowed` where the
 * version is a delete marker
 */
export function findObject(bucket: Bucket, key: string, versionId: string | undefined): ObjectSummary {
  if (versionId !== undefined) return findVersion(bucket, key, versionId);
  const [current] = bucket.versions(key);
  if (current !== undefined && !current.isDeleteMarker) return current;
  throw new S3Error("NoSuchKey", {
    details: { Key: key },
    headers: current === undefined ? {} : markerHeaders(current),
  });
}
