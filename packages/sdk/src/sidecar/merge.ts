import type { Sfs3Error } from "../errors.js";
import { itemPaths } from "../item-paths.js";
import { createBackoff } from "./backoff.js";
import { type Contribution, standingWrite, withContribution } from "./contribution.js";
import { parseDocument, type SidecarDocument } from "./document.js";
import { commitsBetween, committedEntry, type JournalEntry, roundOf } from "./journal.js";
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

/** A merge needs the journal alone. */
const NONE: ReadonlySet<string> = new Set();

/** Opens a sidecar that is one document. */
export const openDocument = async (location: SidecarLocation, reader: Reader): Promise<Sidecar> => {
  const read = await readVersion(location, reader.keys);
  return {
    value: await ownValue(read.document, reader),
    committed: () => committedEntry(read.document, reader),
    round: () => roundOf(read.document, reader),
    ownOutput: () => readOwnOutput(location, reader),
    merge: (contribution, patience) => mergeOutput(location, read, { contribution, patience }),
  };
};

/** What the reader sees where it reads of an array its own item alone. Loaded when called: few steps do. */
const ownValue = async ({ value }: SidecarDocument, { schemaIn, step, entry: { item } }: Reader) => {
  const paths = itemPaths(schemaIn);
  if (paths.length === 0) return value;
  const { withOwnItems } = await import("../own-items.js");
  return withOwnItems(value, paths, { step, item });
};

const readVersion = async (location: SidecarLocation, keys: Reader["keys"]): Promise<Version> => {
  const stored = await readObject(location);
  return { document: parseDocument(stored, { txnId: location.txnId, keys }), etag: stored.etag };
};

const readOwnOutput = async (location: SidecarLocation, { outputKey, entry }: Reader): Promise<unknown> => {
  const { document } = await readVersion(location, new Set([outputKey]));
  const output = document.value[outputKey];
  return entry.item === undefined || !Array.isArray(output) ? output : output[entry.item];
};

const mergeOutput = async (
  location: SidecarLocation,
  read: Version,
  { contribution, patience }: { readonly contribution: Contribution; readonly patience: Patience },
): Promise<JournalEntry> => {
  const backoff = createBackoff(patience.random);
  let current = read;
  let outages = 0;
  for (;;) {
    const startedMs = patience.now();
    const failure = await replaceObject(location, withContribution(current.document, contribution), current.etag);
    if (failure === undefined) return contribution.journal;
    if (failure.name === "SidecarConflictError") patience.onConflict();
    outages += failure.name === "SidecarUnavailableError" ? 1 : 0;
    if (outages === MAX_OUTAGES) throw failure;
    let waitMs = backoff.afterLoss(patience.now() - startedMs);
    do {
      await waitOrThrow(waitMs, patience, failure);
      const before = current.document;
      current = await readVersion(location, NONE);
      const standing = standingWrite(current.document, contribution);
      if (standing !== undefined) return standing;
      waitMs = backoff.afterRead(commitsBetween(before, current.document));
    } while (waitMs > 0);
  }
};

export const waitOrThrow = async (waitMs: number, patience: Patience, failure: Sfs3Error): Promise<void> => {
  if (patience.now() + waitMs >= patience.retryUntilMs) throw failure;
  await patience.sleep(waitMs);
};
