import type { Sfs3Error } from "../errors.js";
import { JOURNAL_KEY } from "../names.js";
import type { StateEntry } from "../payload.js";
import { backoffMs } from "./backoff.js";
import { parseDocument, rawValue, type SidecarDocument } from "./document.js";
import { committedEntry, type JournalEntry, journalKey, spliceEntry } from "./journal.js";
import { spliceElement, spliceMember, wrapObject } from "./splice.js";
import { readObject, replaceObject, type SidecarLocation } from "./store.js";

/** The sidecar as one version of its object. */
export interface Sidecar {
  readonly document: SidecarDocument;
  readonly etag: string | undefined;
}

/** What a step adds to the sidecar. */
export interface Contribution {
  readonly outputKey: string;
  /** JSON. */
  readonly output: string;
  readonly entry: Partial<StateEntry>;
  readonly journal: JournalEntry;
}

export interface Patience {
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** No write begins after this. Unit: milliseconds since the epoch. */
  readonly deadlineMs: number;
}

/** Failures that are not lost races cost seconds each: the client has retried before. The machine's Retry goes on. */
const MAX_OUTAGES = 3;

export const readSidecar = async (location: SidecarLocation): Promise<Sidecar> => {
  const { bytes, etag } = await readObject(location);
  return { document: parseDocument(bytes, location.txnId), etag };
};

/** @returns the journal entry that stands in the sidecar: this contribution's, or that of an earlier attempt */
export const mergeOutput = async (
  location: SidecarLocation,
  first: Sidecar,
  { contribution, patience }: { readonly contribution: Contribution; readonly patience: Patience },
): Promise<JournalEntry> => {
  let current = first;
  let outages = 0;
  for (let losses = 0; ; losses += 1) {
    const failure = await replaceObject(location, merged(current.document, location.step, contribution), current.etag);
    if (failure === undefined) return contribution.journal;
    outages += failure.name === "SidecarUnavailableError" ? 1 : 0;
    if (outages === MAX_OUTAGES) throw failure;
    await waitOrThrow(backoffMs(losses, patience.random), patience, failure);
    current = await readSidecar(location);
    const committed = ownEntry(current.document, location, contribution);
    if (committed !== undefined) return committed;
  }
};

const waitOrThrow = async (waitMs: number, { now, sleep, deadlineMs }: Patience, failure: Sfs3Error): Promise<void> => {
  if (now() + waitMs >= deadlineMs) throw failure;
  await sleep(waitMs);
};

/** A write whose answer was lost, or that an earlier attempt made, stands already. */
const ownEntry = (
  document: SidecarDocument,
  { step, txnId }: SidecarLocation,
  { entry, journal, outputKey, output }: Contribution,
): JournalEntry | undefined => {
  const known = committedEntry(document, step, { entry, txnId });
  if (known !== undefined) return known;
  const written = rawValue(document, outputKey);
  // Without a state entry to compare, a sidecar that already holds these very bytes needs no second write.
  const standing = entry.item === undefined && written?.equals(Buffer.from(output));
  const journalled = (document.value[JOURNAL_KEY] as Record<string, unknown> | undefined)?.[step];
  return standing === true && JSON.stringify(journalled) === JSON.stringify(journal) ? journal : undefined;
};

const merged = (
  document: SidecarDocument,
  step: string,
  { outputKey, output, entry, journal }: Contribution,
): Buffer => {
  const value = outputBytes(document, { outputKey, output, item: entry.item });
  const others = { bytes: document.bytes, members: document.members.filter(({ key }) => key !== JOURNAL_KEY) };
  const record = spliceEntry(document, journalKey(step, entry.item), Buffer.from(JSON.stringify(journal)));
  return wrapObject([
    ...spliceMember(others, outputKey, value),
    Buffer.from(`,${JSON.stringify(JOURNAL_KEY)}:`),
    record,
  ]);
};

const outputBytes = (
  document: SidecarDocument,
  { outputKey, output, item }: { outputKey: string; output: string; item: number | undefined },
): Buffer => {
  if (item === undefined) return Buffer.from(output);
  const array = Array.isArray(document.value[outputKey]) ? rawValue(document, outputKey) : undefined;
  return spliceElement(array ?? Buffer.from("[]"), item, Buffer.from(output));
};
