import { JOURNAL_KEY } from "../../names.js";
import { parseWhole } from "../document.js";
import { journalOf, namesOf, readPart } from "./assemble-parts.js";
import { inOrder } from "./in-order.js";
import { AHEAD } from "./items-part.js";
import { assertUnshared, journalEntries, missingInput, SEPARATOR } from "./join-parts.js";
import { corruptPart } from "./parse-part.js";
import { INPUT_NAME, itemPrefix, partName, readItemPrefix, readPartName } from "./part-name.js";
import { type PartsPlace, requestNames, requestPart } from "./part-requests.js";

type Journals = Readonly<Record<string, unknown>>[];

/**
 * The document that a transaction's parts make, piece by piece: members of the input, outputs by their names, the journal.
 * Held at a time are the input, at most 16 items, and the journal's entries; outputs pass through.
 */
export async function* streamParts(place: PartsPlace): AsyncGenerator<Uint8Array, void, undefined> {
  const { outputs, maps } = await listKeys(place);
  const input = await readPart(place, INPUT_NAME);
  if (input === undefined) throw missingInput(place.txnId, outputs.length + maps.length);
  const document = parseWhole(input.bytes, place.txnId);
  const given = document.members.filter(({ key }) => key !== JOURNAL_KEY && !outputs.includes(key));
  for (const key of maps) assertUnshared(place.txnId, key, [...given.map((member) => member.key), ...outputs]);
  const journals: Journals = input.journal === undefined ? [] : [input.journal];
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
    yield* outputBytes(place, partName(key), journals);
  }
  for (const key of maps) {
    yield lead(`${JSON.stringify(key)}:`);
    yield* itemsBytes(place, key, journals);
  }
  const journal = { ...document.journal, ...journalEntries(journals) };
  if (Object.keys(journal).length > 0) yield lead(`${JSON.stringify(JOURNAL_KEY)}:${JSON.stringify(journal)}`);
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

async function* outputBytes(place: PartsPlace, name: string, journals: Journals) {
  const answer = await requestPart(place, name);
  if (answer?.Body === undefined) throw corruptPart(place.txnId, name, "has gone while the document was read");
  const journal = journalOf(place, name, answer.Metadata);
  if (journal !== undefined) journals.push(journal);
  yield* answer.Body as unknown as AsyncIterable<Uint8Array>;
}

/** An item that is missing is null; those behind the last one are of an earlier, longer run of the Map. */
async function* itemsBytes(place: PartsPlace, key: string, journals: Journals) {
  let count = Number.POSITIVE_INFINITY;
  let next = 0;
  for await (const part of inOrder(namesOf(place, itemPrefix(key)), AHEAD, (name) => readPart(place, name))) {
    const name = part && readPartName(part.name);
    if (part === undefined || name?.kind !== "item") continue;
    if (count === Number.POSITIVE_INFINITY) count = Number(part.journal?.items ?? count);
    if (part.journal !== undefined) journals.push(part.journal);
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
