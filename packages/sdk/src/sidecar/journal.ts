import { createHash } from "node:crypto";
import type { ItemCounts } from "../counted-items.js";
import { Sfs3Error } from "../errors.js";
import { JOURNAL_KEY } from "../names.js";
import type { RouteValues, StateEntry } from "../payload.js";
import { rawValue, type SidecarDocument } from "./document.js";
import { members } from "./members.js";
import { spliceMember, wrapObject } from "./splice.js";

/** What the journal keeps of a committed state entry. What the payload did not say is absent. */
export interface JournalEntry {
  readonly execution?: string;
  readonly state?: string;
  readonly enteredAt?: string;
  readonly item?: number;
  /** How many items its Map has. */
  readonly items?: number;
  readonly attempt: number;
  /** Of the token that a callback handed out; the token itself would end the state for whoever reads the sidecar. */
  readonly tokenHash?: string;
  /** ISO 8601. */
  readonly committedAt: string;
  readonly durationMs: number;
  /** How often the step had committed in this execution before, where it had: a loop's rounds. */
  readonly round?: number;
  /** What the step counted for the machine's maps. */
  readonly counts?: ItemCounts;
  /** What the step exposed to Choice states, so that a replay returns what the lost response held. */
  readonly route?: RouteValues;
}

/** Whose entry in the journal is asked for. */
export interface Entrant {
  readonly step: string;
  readonly txnId: string;
  readonly entry: Partial<StateEntry>;
}

/**
 * An attempt outlives its state by a timeout, which is 1 s at least. Entries less than that apart may be in either
 * order: two machines' clocks made them. Unit: milliseconds.
 */
const MIN_SUPERSEDED_MS = 1_000;

const journalKey = (step: string, item: number | undefined): string => (item === undefined ? step : `${step}[${item}]`);

/** What stands in the journal under this step and item, of whichever state entry. */
export const standingEntry = ({ journal }: SidecarDocument, { step, entry }: Entrant): JournalEntry | undefined => {
  const key = journalKey(step, entry.item);
  return Object.hasOwn(journal, key) ? (journal[key] as unknown as JournalEntry) : undefined;
};

/**
 * The entry of exactly this state entry, where it has committed. Without `sfs3` in the payload that cannot be known.
 *
 * Throws `SidecarConflictError` where a later entry has: an attempt that its machine gave up must not replace it.
 */
export const committedEntry = (document: SidecarDocument, entrant: Entrant): JournalEntry | undefined =>
  committedAs(standingEntry(document, entrant), entrant);

/** How often the step has committed in this execution before this entry: 0 outside a loop. */
export const roundOf = (document: SidecarDocument, entrant: Entrant): number =>
  roundAfter(standingEntry(document, entrant), entrant);

/** {@link committedEntry}, of the entry that stands. */
export const committedAs = (standing: JournalEntry | undefined, entrant: Entrant): JournalEntry | undefined => {
  if (standing === undefined || !isSameExecution(standing, entrant)) return undefined;
  if (isSameEntry(standing, entrant)) return hasSameToken(standing, entrant) ? standing : undefined;
  if (isSuperseded(standing, entrant)) throw superseded(entrant);
  return undefined;
};

/** {@link roundOf}, after the entry that stands. */
export const roundAfter = (standing: JournalEntry | undefined, entrant: Entrant): number => {
  if (standing === undefined || !isSameExecution(standing, entrant)) return 0;
  const { round = 0 } = standing;
  return isSameEntry(standing, entrant) ? round : round + 1;
};

/** How many commits of other steps the journal tells between two versions of a document. */
export const commitsBetween = (before: SidecarDocument, after: SidecarDocument): number =>
  Object.entries(after.journal).filter(([key, { committedAt }]) => before.journal[key]?.committedAt !== committedAt)
    .length;

export const isSameExecution = ({ execution }: JournalEntry, { entry }: Entrant): boolean =>
  execution === entry.execution && [execution, entry.state, entry.enteredAt].every((field) => field !== undefined);

const isSameEntry = ({ state, enteredAt }: JournalEntry, { entry }: Entrant): boolean =>
  state === entry.state && enteredAt === entry.enteredAt;

/** What was handed out before a retry or a redrive ends nothing any more: a callback's step has to hand out the new one. */
const hasSameToken = ({ tokenHash }: JournalEntry, { entry }: Entrant): boolean =>
  tokenHash === tokenHashOf(entry.taskToken);

export const tokenHashOf = (taskToken: string | undefined): string | undefined =>
  taskToken === undefined ? undefined : createHash("sha256").update(taskToken).digest("base64url").slice(0, 16);

const isSuperseded = ({ enteredAt = "" }: JournalEntry, { entry }: Entrant): boolean =>
  Date.parse(enteredAt) - Date.parse(entry.enteredAt ?? "") >= MIN_SUPERSEDED_MS;

const superseded = ({ step, txnId }: Entrant): Sfs3Error =>
  new Sfs3Error(
    "SidecarConflictError",
    `Step '${step}' was entered again, and that later entry has committed to the sidecar of transaction '${txnId}': ` +
      "this attempt is given up.",
  );

/** The journal's bytes with one entry set; the entries of other steps keep theirs. */
export const spliceEntry = (document: SidecarDocument, { step, entry }: Entrant, written: JournalEntry): Buffer => {
  const bytes = rawValue(document, JOURNAL_KEY);
  const journal = bytes === undefined ? EMPTY : { bytes, members: members(bytes) };
  return wrapObject(spliceMember(journal, journalKey(step, entry.item), Buffer.from(JSON.stringify(written))));
};

const EMPTY = { bytes: Buffer.alloc(0), members: [] };
