import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Deleted, ObjectDeletion } from "./object-files.js";
import type { VersionSummary } from "./object-summary.js";
import { discardingOnFailure, stageObject } from "./staged-object.js";
import { nextPlace, pathOf, showVersion, type VersionFiles } from "./version-files.js";

async function remove(files: VersionFiles, version: VersionSummary): Promise<void> {
  await rm(pathOf(files, version), { force: true });
  files.bucket.delete(version.key, version.versionId);
  files.deleted();
}

/** Removes the object, or hides it by a delete marker where the bucket has versions. */
export async function deleteCurrent(files: VersionFiles, { condition, nowMs }: ObjectDeletion): Promise<Deleted> {
  const { bucket, key, stagingPath, deleted } = files;
  const current = bucket.current(key);
  condition(current);
  if (bucket.record.versioning === undefined) {
    if (current !== undefined) await remove(files, current);
    return { isDeleteMarker: false };
  }
  const staged = await stageObject(stagingPath(), { source: Readable.from([]), algorithms: new Set() });
  const marker = { key, lastModifiedMs: nowMs, isDeleteMarker: true, ...nextPlace(bucket) } as const;
  await discardingOnFailure(staged, () => showVersion(files, staged, marker));
  deleted();
  return { versionId: marker.versionId, isDeleteMarker: true };
}

/** Removes one version, be it an object or a delete marker, for good. */
export async function deleteVersion(
  files: VersionFiles,
  { condition }: ObjectDeletion,
  versionId: string,
): Promise<Deleted> {
  const version = files.bucket.versions(files.key).find((candidate) => candidate.versionId === versionId);
  condition(version?.isDeleteMarker ? undefined : version);
  if (version !== undefined) await remove(files, version);
  return { versionId, isDeleteMarker: version?.isDeleteMarker ?? false };
}
