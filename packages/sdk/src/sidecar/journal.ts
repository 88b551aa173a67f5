import { JOURNAL_KEY } from "../names.js";
import type { StateEntry } from "../payload.js";
import type { RouteValues } from "../step.js";
import { corrupt, rawValue, type SidecarDocument } from "./document.js";
import { members } from "./members.js";
import { spliceMember, wrapObject } from "./splice.js";

/** What the journal keeps of a committed state entry. What the payload did not say is absent. */
export interface JournalEntry {
  readonly execution?: string;
  readonly state?: string;
  readonly enteredAt?: string;
  readonly item?: number;
  readonly attempt: number;
  /** ISO 8601. */
  readonly committedAt: string;
  readonly durationMs: number;
  /** What the step exposed to Choice states, so that a replay returns what the lost response held. */
  readonly route?: RouteValues;
}

export const journalKey = (step: string, item: number | undefined): string =>
  item === undefined ? step : `${step}[${item}]`;

/** The entry of exactly this state entry, where it has committed. Without `sfs3` in the payload that cannot be known. */
export const committedEntry = (
  document: SidecarDocument,
  step: string,
  { entry, txnId }: { readonly entry: Partial<StateEntry>; readonly txnId: string },
): JournalEntry | undefined => {
  const journal = journalOf(document, txnId);
  const key = journalKey(step, entry.item);
  if (journal === undefined || !Object.hasOwn(journal, key)) return undefined;
  const written = journal[key] as JournalEntry;
  const identified = [entry.execution, entry.state, entry.enteredAt].every((field) => field !== undefined);
  return identified && SAME.every((field) => written[field] === entry[field]) ? written : undefined;
};

const SAME = ["execution", "state", "enteredAt", "item"] as const;

/** The journal's bytes with one entry set; the entries of other steps keep theirs. */
export const spliceEntry = (document: SidecarDocument, key: string, entry: Buffer): Buffer => {
  const bytes = rawValue(document, JOURNAL_KEY);
  return wrapObject(spliceMember(bytes === undefined ? EMPTY : { bytes, members: members(bytes) }, key, entry));
};

const EMPTY = { bytes: Buffer.alloc(0), members: [] };

const journalOf = (document: SidecarDocument, txnId: string): Record<string, unknown> | undefined => {
  if (!Object.hasOwn(document.value, JOURNAL_KEY)) return undefined;
  const journal = document.value[JOURNAL_KEY];
  if (isObject(journal) && Object.values(journal).every(isObject)) return journal;
  throw corrupt(txnId, `holds a malformed journal: '${JOURNAL_KEY}' must hold one object per step`);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
