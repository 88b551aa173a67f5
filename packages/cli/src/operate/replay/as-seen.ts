import { JOURNAL_KEY } from "@sfs3/sdk/flow";
import { lastCommit } from "../sidecar/change.js";
import { journalName, type OutputKeys } from "../sidecar/step-rows.js";
import {
  type JournalEntry,
  readBytes,
  readSidecar,
  type SidecarPlace,
  type StoredSidecar,
} from "../sidecar/stored-sidecar.js";
import { type SidecarVersion, versionsOf } from "../sidecar/versions.js";

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
 * called. Where S3 has not kept that version, the present sidecar without what came later.
 */
export async function sidecarAsSeen(place: SidecarPlace, viewer: Viewer): Promise<Seen> {
  const versions = (await versionsOf(place)) ?? [];
  const version = versionSeen(versions, viewer);
  if (version === undefined) return withoutLater(await readSidecar(place), viewer);
  const { versionId, writtenAt } = version;
  return { bytes: await readBytes(place, versionId), source: `version ${versionId} of ${writtenAt}` };
}

function versionSeen(versions: readonly SidecarVersion[], viewer: Viewer): SidecarVersion | undefined {
  const commit = lastCommit(versions, journalName(viewer.step, viewer.item));
  if (commit !== -1) return versions[commit - 1];
  // The time in the journal, for S3 knows whole seconds only.
  return versions.findLast(({ journal }) => Object.values(journal).every((entry) => !isLater(entry, viewer.calledMs)));
}

const isLater = ({ committedAt = "" }: JournalEntry, thanMs = Number.POSITIVE_INFINITY): boolean =>
  Date.parse(committedAt) > thanMs;

/** What was overwritten since, as in a loop, cannot be had back this way. */
function withoutLater({ data, journal }: StoredSidecar, viewer: Viewer): Seen {
  const { step, item, calledMs, outputKey } = viewer;
  const own = journal[journalName(step, item)];
  const limitMs = own?.committedAt === undefined ? calledMs : Date.parse(own.committedAt);
  const later = Object.entries(journal).filter(([, entry]) => entry === own || isLater(entry, limitMs));
  const names = new Set(later.map(([name]) => name));
  const kept = Object.fromEntries(Object.entries(journal).filter(([name]) => !names.has(name)));
  const document = { ...data, [JOURNAL_KEY]: kept };
  for (const [name, entry] of later) remove(document, { key: outputKey(stepNamed(name, entry)), item: entry.item });
  return {
    bytes: Buffer.from(JSON.stringify(document)),
    source: "the present sidecar without what came later, for S3 has kept no version of that time",
  };
}

const stepNamed = (name: string, { item }: JournalEntry): string =>
  item === undefined ? name : name.slice(0, -`[${item}]`.length);

function remove(
  document: Record<string, unknown>,
  { key, item }: { readonly key: string; readonly item: number | undefined },
) {
  const output = document[key];
  if (item !== undefined && Array.isArray(output))
    document[key] = output.map((one, index) => (index === item ? null : one));
  else delete document[key];
}
