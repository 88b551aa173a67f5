import { JOURNAL_KEY } from "../names.js";
import { rawValue, type SidecarDocument } from "./document.js";
import { type Framed, frame } from "./frame.js";
import { committedEntry, type Entrant, type JournalEntry, spliceEntry, standingEntry } from "./journal.js";
import { memberBytes, spliceElement, spliceMember } from "./splice.js";

const ARRAY = "[".charCodeAt(0);
const EMPTY = Buffer.from("[]");

/** What a state entry adds to the sidecar. */
export interface Contribution extends Entrant {
  readonly outputKey: string;
  /** JSON. */
  readonly output: string;
  readonly journal: JournalEntry;
}

/** The document with the contribution in it, framed: the output under its key, the journal last. */
export const withContribution = (document: SidecarDocument, contribution: Contribution): Framed => {
  const others = { bytes: document.bytes, members: document.members.filter(({ key }) => key !== JOURNAL_KEY) };
  return frame([
    ...spliceMember(others, contribution.outputKey, outputBytes(document, contribution)),
    memberBytes(JOURNAL_KEY, spliceEntry(document, contribution, contribution.journal)),
  ]);
};

/** The journal entry of a write that stands already: its answer was lost, or another attempt made it. */
export const standingWrite = (document: SidecarDocument, contribution: Contribution): JournalEntry | undefined =>
  committedEntry(document, contribution) ?? (isOwnWrite(document, contribution) ? contribution.journal : undefined);

/** Without a state entry to compare, a sidecar that holds these very bytes needs no second write. */
const isOwnWrite = (document: SidecarDocument, contribution: Contribution): boolean => {
  const { entry, outputKey, output, journal } = contribution;
  if (entry.item !== undefined || rawValue(document, outputKey)?.equals(Buffer.from(output)) !== true) return false;
  return JSON.stringify(standingEntry(document, contribution)) === JSON.stringify(journal);
};

const outputBytes = (document: SidecarDocument, { outputKey, output, entry }: Contribution): Buffer => {
  const bytes = Buffer.from(output);
  if (entry.item === undefined) return bytes;
  const standing = rawValue(document, outputKey);
  return spliceElement(standing?.[0] === ARRAY ? standing : EMPTY, entry.item, bytes);
};
