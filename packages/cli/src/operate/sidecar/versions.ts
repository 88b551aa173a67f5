import { sidecarKey } from "@sfs3/sdk/flow";
import { CliError } from "../../cli-error.js";
import { type Aws, request } from "../aws.js";
import { documentVersions } from "./document-versions.js";
import { partVersions } from "./part-versions.js";
import type { OutputKeys } from "./step-rows.js";
import type { ObjectVersion, SidecarPlace, StoredSidecar } from "./stored-sidecar.js";

/** A version of an object as S3 lists it. */
export interface ListedVersion extends ObjectVersion {
  readonly versionId: string;
  /** ISO 8601; whole seconds on AWS. */
  readonly writtenAt: string;
  readonly sizeBytes: number;
}

/** A version of a sidecar, or of a part of it, and whose commit made it. */
export interface SidecarVersion extends ListedVersion {
  /** As the journal names them: steps, of a Map's item `line[3]`; none where nobody has noted it. */
  readonly writers: readonly string[];
}

/** The start's own entry in the journal. */
export const START_ENTRY = "$start";

/** What S3 gives the one version of an object that is not versioned. */
const NOT_VERSIONED = "null";

/**
 * The versions of a sidecar, the oldest first.
 *
 * @throws `CliError` where the bucket keeps none
 */
export async function versionsOf(
  place: SidecarPlace,
  sidecar: StoredSidecar,
  outputKey: OutputKeys,
): Promise<readonly SidecarVersion[]> {
  const listed = await listVersions(place, sidecar.layout);
  if (listed === undefined) throw noVersions(place);
  if (sidecar.layout === "parts") return partVersions(listed, sidecar, outputKey);
  return documentVersions(place, listed);
}

const noVersions = ({ bucket, txnId }: SidecarPlace): CliError =>
  new CliError(
    `Bucket ${bucket} keeps no versions of ${txnId}, so nobody knows what it was before. ` +
      `Turn them on for what is to come: aws s3api put-bucket-versioning --bucket ${bucket} ` +
      "--versioning-configuration Status=Enabled",
  );

/** The oldest first; `undefined` where the bucket keeps none. */
export async function listVersions(
  { aws, bucket, txnId }: SidecarPlace,
  layout: StoredSidecar["layout"],
): Promise<readonly ListedVersion[] | undefined> {
  const place = sidecarKey(txnId, layout);
  const isOwn = (key: string) => (layout === "parts" ? key.startsWith(place) : key === place);
  const found: ListedVersion[] = [];
  let marker: { readonly KeyMarker: string; readonly VersionIdMarker?: string } | undefined;
  do {
    const page = await listPage(aws, { Bucket: bucket, Prefix: place, ...marker });
    for (const { Key = "", VersionId = NOT_VERSIONED, LastModified, Size = 0 } of page.Versions ?? []) {
      if (!isOwn(Key)) continue;
      found.push({ key: Key, versionId: VersionId, writtenAt: LastModified?.toISOString() ?? "", sizeBytes: Size });
    }
    const { NextKeyMarker = "", NextVersionIdMarker } = page;
    // Keys come in order: behind the transaction's own there are only others that begin like it.
    marker = isOwn(NextKeyMarker) ? { KeyMarker: NextKeyMarker, ...markerIn(NextVersionIdMarker) } : undefined;
  } while (marker !== undefined);
  if (found.every(({ versionId }) => versionId === NOT_VERSIONED)) return undefined;
  // S3 lists the newest version of a key first, also where several have the same second.
  return found.reverse().sort((one, other) => Date.parse(one.writtenAt) - Date.parse(other.writtenAt));
}

const markerIn = (id: string | undefined) => (id === undefined ? {} : { VersionIdMarker: id });

const listPage = (aws: Aws, input: Parameters<Aws["s3"]["listObjectVersions"]>[0]) =>
  request(aws, `The versions of ${input.Prefix} in bucket ${input.Bucket} cannot be listed`, (options) =>
    aws.s3.listObjectVersions(input, options),
  );
