import { JOURNAL_KEY } from "@sfs3/sdk/flow";
import { lastCommit } from "../sidecar/change.js";
import { type DocumentVersion, documentVersions } from "../sidecar/document-versions.js";
import { journalName, type OutputKeys, stepOf } from "../sidecar/step-rows.js";
import { type JournalEntry, readVersion, type SidecarPlace, type StoredSidecar } from "../sidecar/stored-sidecar.js";
import { listVersions } from "../sidecar/versions.js";

/** A sidecar as a step has seen it. */
export interface Seen {
  readonly bytes: Buffer;
  /** Where it comes from, for people. */
  readonly source: string;
}

/** Whose eyes to look through. */
export interface Viewer {
  readonly step: string;
  readonly item: number | undefined;
  /** When it was called, where that is known. Unit: milliseconds since the epoch. */
  readonly calledMs: number | undefined;
  readonly outputKey: OutputKeys;
}

/**
 * The sidecar as a step has seen it: the version before its commit; where it has not committed, the last one before it was
 * called. Where S3 has not kept that version, and where parts of the sidecar have versions of their own, the present one
 * without what came later.
 */
export async function sidecarAsSeen(place: SidecarPlace, sidecar: StoredSidecar, viewer: Viewer): Promise<Seen> {
  if (sidecar.layout === "parts")
    return { bytes: withoutLater(sidecar, viewer), source: "its parts without what came later" };
  const listed = (await listVersions(place, "document")) ?? [];
  const version = versionSeen(await documentVersions(place, listed), viewer);
  if (version !== undefined) {
    const source = `version ${version.versionId} of ${version.writtenAt}`;
    return { bytes: await readVersion(place, version), source };
  }
  const source = "the present sidecar without what came later, for S3 has kept no version of that time";
  return { bytes: withoutLater(sidecar, viewer), source };
}

function versionSeen(versions: readonly DocumentVersion[], viewer: Viewer): DocumentVersion | undefined {
  const commit = lastCommit(versions, journalName(viewer.step, viewer.item));
  if (commit !== -1) return versions[commit - 1];
  // The time in the journal, for S3 knows whole seconds only.
  return versions.findLast(({ journal }) => Object.values(journal).every((entry) => !isLater(entry, viewer.calledMs)));
}

const isLater = ({ committedAt = "" }: JournalEntry, thanMs = Number.POSITIVE_INFINITY): boolean =>
  Date.parse(committedAt) > thanMs;

/** What was overwritten since, as in a loop, cannot be had back this way. */
function withoutLater({ data, journal }: StoredSidecar, viewer: Viewer): Buffer {
  const { step, item, calledMs, outputKey } = viewer;
  const own = journal[journalName(step, item)];
  const limitMs = own?.committedAt === undefined ? calledMs : Date.parse(own.committedAt);
  const later = Object.entries(journal).filter(([, entry]) => entry === own || isLater(entry, limitMs));
  const names = new Set(later.map(([name]) => name));
  const kept = Object.fromEntries(Object.entries(journal).filter(([name]) => !names.has(name)));
  const document = { ...data, [JOURNAL_KEY]: kept };
  for (const [name, entry] of later) remove(document, { key: outputKey(stepOf(name, entry)), item: entry.item });
  return Buffer.from(JSON.stringify(document));
}

function remove(
  document: Record<string, unknown>,
  { key, item }: { readonly key: string; readonly item: number | undefined },
) {
  const output = document[key];
  if (item !== undefined && Array.isArray(output))
    document[key] = output.map((one, index) => (index === item ? null : one));
  else delete document[key];
}
