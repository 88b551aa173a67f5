import type { Sfs3Error } from "../errors.js";
import { backoffMs } from "./backoff.js";
import { type Contribution, standingWrite, withContribution } from "./contribution.js";
import { parseDocument, type SidecarDocument } from "./document.js";
import type { JournalEntry } from "./journal.js";
import { readObject, replaceObject, type SidecarLocation } from "./store.js";

/** The sidecar as one version of its object. */
export interface Sidecar {
  readonly document: SidecarDocument;
  readonly etag: string;
}

export interface Patience {
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A lost write is not tried again after this. Unit: milliseconds since the epoch. */
  readonly retryUntilMs: number;
  /** Hears of each write that another writer won. */
  readonly onConflict: () => void;
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
  read: Sidecar,
  { contribution, patience }: { readonly contribution: Contribution; readonly patience: Patience },
): Promise<JournalEntry> => {
  let current = read;
  let outages = 0;
  for (let losses = 0; ; losses += 1) {
    const failure = await replaceObject(location, withContribution(current.document, contribution), current.etag);
    if (failure === undefined) return contribution.journal;
    if (failure.name === "SidecarConflictError") patience.onConflict();
    outages += failure.name === "SidecarUnavailableError" ? 1 : 0;
    if (outages === MAX_OUTAGES) throw failure;
    await waitOrThrow(backoffMs(losses, patience.random), patience, failure);
    current = await readSidecar(location);
    const standing = standingWrite(current.document, contribution);
    if (standing !== undefined) return standing;
  }
};

const waitOrThrow = async (waitMs: number, patience: Patience, failure: Sfs3Error): Promise<void> => {
  if (patience.now() + waitMs >= patience.retryUntilMs) throw failure;
  await patience.sleep(waitMs);
};
