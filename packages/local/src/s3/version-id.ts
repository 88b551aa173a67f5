import { S3Error } from "./errors.js";
import type { Bucket } from "./storage/bucket.js";
import { type ObjectVersion, VERSION_ID } from "./storage/object-version.js";

/** @throws S3Error `InvalidArgument` where `text` cannot be a version's id */
export function readVersionId(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (VERSION_ID.test(text)) return text;
  throw new S3Error("InvalidArgument", {
    message: text === "" ? "Version id cannot be the empty string" : "Invalid version id specified",
    details: { ArgumentName: "versionId", ArgumentValue: text },
  });
}

/** The header that names a version to its reader, in a bucket that has or had versioning. */
export function versionHeaders({ record }: Bucket, { versionId }: Pick<ObjectVersion, "versionId">) {
  return record.versioning === undefined ? {} : { "x-amz-version-id": versionId };
}

/** The header that names a version to its writer; the null version goes without saying. */
export function writtenVersionHeaders({ record }: Bucket, { versionId }: Pick<ObjectVersion, "versionId">) {
  return record.versioning === "Enabled" ? { "x-amz-version-id": versionId } : {};
}
