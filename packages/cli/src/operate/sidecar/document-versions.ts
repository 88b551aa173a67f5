import { isDeepStrictEqual } from "node:util";
import { type JournalEntry, parseSidecar, readVersion, type SidecarPlace } from "./stored-sidecar.js";
import type { ListedVersion, SidecarVersion } from "./versions.js";

/** A version of a sidecar that is one document, with the journal of then. */
export interface DocumentVersion extends SidecarVersion {
  readonly journal: Readonly<Record<string, JournalEntry>>;
}

/** Each version is read, for only the journal in it says who has written it. */
export async function documentVersions(
  place: SidecarPlace,
  listed: readonly ListedVersion[],
): Promise<readonly DocumentVersion[]> {
  const versions: DocumentVersion[] = [];
  for (const version of listed) {
    const { journal } = parseSidecar(await readVersion(place, version), place.txnId, "document");
    versions.push({ ...version, journal, writers: newEntries(journal, versions.at(-1)?.journal) });
  }
  return versions;
}

const newEntries = (journal: DocumentVersion["journal"], before: DocumentVersion["journal"] = {}): readonly string[] =>
  Object.keys(journal).filter((name) => !isDeepStrictEqual(journal[name], before[name]));
