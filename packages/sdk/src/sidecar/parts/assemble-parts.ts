import { inOrder } from "./in-order.js";
import { AHEAD } from "./items-part.js";
import { joinParts, type ReadPart } from "./join-parts.js";
import { corruptPart } from "./parse-part.js";
import { readJournal } from "./part-journal.js";
import { readPartName } from "./part-name.js";
import { type PartsPlace, requestNames, requestPart } from "./part-requests.js";

/** The document that a transaction's parts make, as text. */
export const assembleParts = async (place: PartsPlace): Promise<Buffer> => {
  const parts: ReadPart[] = [];
  for await (const part of inOrder(partsOf(place), AHEAD, (name) => readPart(place, name))) {
    if (part !== undefined) parts.push(part);
  }
  return joinParts(parts, place.txnId);
};

/** Blobs lie below the prefix as well, and are not read for the document. */
async function* partsOf(place: PartsPlace): AsyncGenerator<string, void, undefined> {
  for await (const name of namesOf(place)) if (readPartName(name) !== undefined) yield name;
}

export async function* namesOf(place: PartsPlace, prefix = ""): AsyncGenerator<string, void, undefined> {
  let token: string | undefined;
  do {
    const page = await requestNames(place, { prefix, token });
    yield* page.names;
    token = page.next;
  } while (token !== undefined);
}

/** @returns `undefined` where the part has gone since it was listed */
export const readPart = async (place: PartsPlace, name: string): Promise<ReadPart | undefined> => {
  const answer = await requestPart(place, name);
  if (answer === undefined) return undefined;
  const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
  return { name, bytes, journal: journalOf(place, name, answer.Metadata) };
};

export const journalOf = ({ txnId }: PartsPlace, name: string, metadata: Record<string, string> | undefined) => {
  const journal = readJournal(metadata);
  if (journal === "malformed") throw corruptPart(txnId, name, "has a malformed journal entry");
  return journal;
};
