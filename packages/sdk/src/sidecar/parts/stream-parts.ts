import { JOURNAL_KEY } from "../../names.js";
import { parseWhole } from "../document.js";
import { journalOf, namesOf, readPart } from "./assemble-parts.js";
import { inOrder } from "./in-order.js";
import { AHEAD } from "./items-part.js";
import { assertUnshared, journalEntries, missingInput, SEPARATOR } from "./join-parts.js";
import { corruptPart } from "./parse-part.js";
import { INPUT_NAME, itemPrefix, partName, readItemPrefix, readPartName } from "./part-name.js";
import { type PartsPlace, requestNames, requestPart } from "./part-requests.js";

/** Each entry as JSON text, by its name: a Map of many items has as many, and as text they take the least. */
type Journal = Map<string, string>;

const keepEntries = (journal: Journal, entries: Readonly<Record<string, unknown>>): void => {
  for (const [name, entry] of Object.entries(entries)) journal.set(name, JSON.stringify(entry));
};

const keep = (journal: Journal, entry: Readonly<Record<string, unknown>> | undefined): void => {
  if (entry !== undefined) keepEntries(journal, journalEntries([entry]));
};

/**
 * The document that a transaction's parts make, piece by piece: members of the input, outputs by their names, the journal.
 * Held at a time are the input, at most 16 items, and the journal's entries, as text; outputs pass through.
 */
export async function* streamParts(place: PartsPlace): AsyncGenerator<Uint8Array, void, undefined> {
  const { outputs, maps } = await listKeys(place);
  const input = await readPart(place, INPUT_NAME);
  if (input === undefined) throw missingInput(place.txnId, outputs.length + maps.length);
  const document = parseWhole(input.bytes, place.txnId);
  const given = document.members.filter(({ key }) => key !== JOURNAL_KEY && !outputs.includes(key));
  for (const key of maps) assertUnshared(place.txnId, key, [...given.map((member) => member.key), ...outputs]);
  const journal: Journal = new Map();
  keepEntries(journal, { ...document.journal });
  keep(journal, input.journal);
  let isFirst = true;
  const lead = (key: string) => {
    const before = isFirst ? Buffer.from("{") : SEPARATOR;
    isFirst = false;
    return Buffer.concat([before, Buffer.from(key)]);
  };
  for (const { start, end } of given) {
    yield lead("");
    yield document.bytes.subarray(start, end);
  }
  for (const key of outputs) {
    yield lead(`${JSON.stringify(key)}:`);
    yield* outputBytes(place, partName(key), journal);
  }
  for (const key of maps) {
    yield lead(`${JSON.stringify(key)}:`);
    yield* itemsBytes(place, key, journal);
  }
  if (journal.size > 0) {
    yield lead(`${JSON.stringify(JOURNAL_KEY)}:`);
    yield* journalBytes(journal);
  }
  yield Buffer.from(isFirst ? "{}" : "}");
}

const listKeys = async (place: PartsPlace) => {
  const outputs: string[] = [];
  const maps: string[] = [];
  let token: string | undefined;
  do {
    const page = await requestNames(place, { prefix: "", byFolder: true, token });
    for (const part of page.names.map(readPartName)) if (part?.kind === "output") outputs.push(part.key);
    for (const key of page.folders.map(readItemPrefix)) if (key !== undefined) maps.push(key);
    token = page.next;
  } while (token !== undefined);
  return { outputs, maps };
};

async function* outputBytes(place: PartsPlace, name: string, journal: Journal) {
  const answer = await requestPart(place, name);
  if (answer?.Body === undefined) throw corruptPart(place.txnId, name, "has gone while the document was read");
  keep(journal, journalOf(place, name, answer.Metadata));
  yield* answer.Body as unknown as AsyncIterable<Uint8Array>;
}

/** An item that is missing is null; those behind the last one are of an earlier, longer run of the Map. */
async function* itemsBytes(place: PartsPlace, key: string, journal: Journal) {
  let count = Number.POSITIVE_INFINITY;
  let next = 0;
  for await (const part of inOrder(namesOf(place, itemPrefix(key)), AHEAD, (name) => readPart(place, name))) {
    const name = part && readPartName(part.name);
    if (part === undefined || name?.kind !== "item") continue;
    if (count === Number.POSITIVE_INFINITY) count = Number(part.journal?.items ?? count);
    keep(journal, part.journal);
    if (name.item >= count) continue;
    yield* nulls(next, name.item);
    yield Buffer.from(name.item === 0 ? "[" : ",");
    yield part.bytes;
    next = name.item + 1;
  }
  if (Number.isFinite(count)) yield* nulls(next, count);
  yield Buffer.from("]");
}

function* nulls(from: number, end: number): Generator<Buffer, void, undefined> {
  for (let index = from; index < end; index += 1) yield Buffer.from(index === 0 ? "[null" : ",null");
}

function* journalBytes(journal: Journal): Generator<Buffer, void, undefined> {
  let separator = "{";
  for (const [name, entry] of journal) {
    yield Buffer.from(`${separator}${JSON.stringify(name)}:${entry}`);
    separator = ",";
  }
  yield Buffer.from("}");
}
