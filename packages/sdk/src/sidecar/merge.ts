import type { Sfs3Error } from "../errors.js";
import { backoffMs } from "./backoff.js";
import { type Contribution, standingWrite, withContribution } from "./contribution.js";
import { parseDocument, type SidecarDocument } from "./document.js";
import { committedEntry, type JournalEntry, roundOf } from "./journal.js";
import type { Reader, Sidecar } from "./sidecar.js";
import { readObject, replaceObject, type SidecarLocation } from "./store.js";

/** The document as one version of its object. */
interface Version {
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
export const MAX_OUTAGES = 3;

/** Opens a sidecar that is one document. */
export const openDocument = async (location: SidecarLocation, reader: Reader): Promise<Sidecar> => {
  const read = await readVersion(location);
  return {
    value: read.document.value,
    committed: () => committedEntry(read.document, reader),
    round: () => roundOf(read.document, reader),
    merge: (contribution, patience) => mergeOutput(location, read, { contribution, patience }),
  };
};

const readVersion = async (location: SidecarLocation): Promise<Version> => {
  const { bytes, etag } = await readObject(location);
  return { document: parseDocument(bytes, location.txnId), etag };
};

const mergeOutput = async (
  location: SidecarLocation,
  read: Version,
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
    current = await readVersion(location);
    const standing = standingWrite(current.document, contribution);
    if (standing !== undefined) return standing;
  }
};

export const waitOrThrow = async (waitMs: number, patience: Patience, failure: Sfs3Error): Promise<void> => {
  if (patience.now() + waitMs >= patience.retryUntilMs) throw failure;
  await patience.sleep(waitMs);
};
