import { isDeepStrictEqual } from "node:util";
import { CliError } from "../../cli-error.js";
import { type Aws, request } from "../aws.js";
import { type JournalEntry, readSidecar, type SidecarPlace } from "./stored-sidecar.js";

/** A version of a sidecar, and whose commit made it. */
export interface SidecarVersion {
  readonly versionId: string;
  /** ISO 8601; whole seconds on AWS. */
  readonly writtenAt: string;
  readonly sizeBytes: number;
  /** Entries of the journal that are new in it: of steps, with the item's index in a Map; none where it was another writer. */
  readonly writers: readonly string[];
  readonly journal: Readonly<Record<string, JournalEntry>>;
}

/** What S3 gives the one version of an object that is not versioned. */
const NOT_VERSIONED = "null";

/**
 * The versions of a sidecar, the oldest first; `undefined` where the bucket keeps none.
 *
 * Each is read, for only the journal in it says who has written it.
 */
export async function versionsOf(place: SidecarPlace): Promise<readonly SidecarVersion[] | undefined> {
  const listed = await listVersions(place);
  if (listed.every(({ versionId }) => versionId === NOT_VERSIONED)) return undefined;
  const versions: SidecarVersion[] = [];
  for (const version of listed.reverse()) {
    const { journal } = await readSidecar(place, version.versionId);
    versions.push({ ...version, journal, writers: newEntries(journal, versions.at(-1)?.journal) });
  }
  return versions;
}

/** @throws `CliError` where the bucket keeps none */
export async function requireVersions(place: SidecarPlace): Promise<readonly SidecarVersion[]> {
  const versions = await versionsOf(place);
  if (versions !== undefined) return versions;
  throw new CliError(
    `Bucket ${place.bucket} keeps no versions of ${place.txnId}, so nobody knows what it was before. ` +
      `Turn them on for what is to come: aws s3api put-bucket-versioning --bucket ${place.bucket} ` +
      "--versioning-configuration Status=Enabled",
  );
}

const newEntries = (journal: SidecarVersion["journal"], before: SidecarVersion["journal"] = {}): readonly string[] =>
  Object.keys(journal).filter((name) => !isDeepStrictEqual(journal[name], before[name]));

type Listed = Pick<SidecarVersion, "versionId" | "writtenAt" | "sizeBytes">;

/** The newest first, as S3 lists them. */
async function listVersions({ aws, bucket, txnId }: SidecarPlace): Promise<Listed[]> {
  const found: Listed[] = [];
  let marker: { readonly KeyMarker: string; readonly VersionIdMarker?: string } | undefined;
  do {
    const page = await listPage(aws, { Bucket: bucket, Prefix: txnId, ...marker });
    for (const { Key, VersionId = NOT_VERSIONED, LastModified, Size = 0 } of page.Versions ?? []) {
      if (Key !== txnId) continue;
      found.push({ versionId: VersionId, writtenAt: LastModified?.toISOString() ?? "", sizeBytes: Size });
    }
    // Keys come in order: behind the transaction's own there are only others that begin like it.
    marker = page.NextKeyMarker === txnId ? { KeyMarker: txnId, ...markerIn(page.NextVersionIdMarker) } : undefined;
  } while (marker !== undefined);
  return found;
}

const markerIn = (id: string | undefined) => (id === undefined ? {} : { VersionIdMarker: id });

const listPage = (aws: Aws, input: Parameters<Aws["s3"]["listObjectVersions"]>[0]) =>
  request(aws, `The versions of ${input.Prefix} in bucket ${input.Bucket} cannot be listed`, (options) =>
    aws.s3.listObjectVersions(input, options),
  );
