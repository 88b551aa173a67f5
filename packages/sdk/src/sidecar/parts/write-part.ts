import { Sfs3Error } from "../../errors.js";
import { createBackoff } from "../backoff.js";
import type { Contribution } from "../contribution.js";
import type { JournalEntry } from "../journal.js";
import { MAX_OUTAGES, type Patience, waitOrThrow } from "../merge.js";
import type { SidecarLocation } from "../store.js";
import { committedSince } from "./judge-part.js";
import { ownPart } from "./own-part.js";
import { writeJournal } from "./part-journal.js";
import { headPart, type PartBody, putPart, type Standing } from "./part-store.js";
import { versionedBody } from "./part-version.js";

/** @returns the journal entry that stands beside the part: this contribution's, or that of an earlier attempt */
export const writePart = async (
  location: SidecarLocation,
  read: Standing | undefined,
  { contribution, patience }: { readonly contribution: Contribution; readonly patience: Patience },
): Promise<JournalEntry> => {
  const part = partOf(contribution);
  const backoff = createBackoff(patience.random);
  let current = read;
  let outages = 0;
  for (;;) {
    const startedMs = patience.now();
    const failure = await putPart(location, part, current);
    if (failure === undefined) return contribution.journal;
    if (failure.name === "SidecarConflictError") patience.onConflict();
    outages += failure.name === "SidecarUnavailableError" ? 1 : 0;
    if (outages === MAX_OUTAGES) throw failure;
    await waitOrThrow(backoff.afterLoss(patience.now() - startedMs), patience, failure);
    const before = current?.etag;
    current = await headPart(location, part.name);
    if (current?.etag === before) continue;
    if (isOwnWrite(current, part, contribution)) return contribution.journal;
    const standing = committedSince(current, contribution);
    if (standing !== undefined) return standing;
  }
};

const partOf = (contribution: Contribution): PartBody => {
  const { step, output, journal } = contribution;
  const metadata = writeJournal({ step, ...journal });
  const body = versionedBody(output, JSON.stringify({ step, ...journal }));
  if (metadata !== undefined) return { name: ownPart(contribution), body, metadata };
  throw new Sfs3Error(
    "StepOutputError",
    `The journal entry of step '${step}' exceeds the 2 KB that S3 keeps with an object; let its route expose less.`,
  );
};

/** The write whose answer was lost, also where no state entry tells it from another. */
const isOwnWrite = (standing: Standing | undefined, { body }: PartBody, { step, journal }: Contribution): boolean =>
  standing?.sizeBytes === body.length && JSON.stringify(standing.journal) === JSON.stringify({ step, ...journal });
