import { Sfs3Error } from "../../errors.js";
import { JOURNAL_KEY } from "../../names.js";
import { parseWhole } from "../document.js";
import { corruptPart, parsePart } from "./parse-part.js";
import { INPUT_NAME, partName, readPartName } from "./part-name.js";
import { withoutVersion } from "./part-version.js";

/** An object below a transaction's prefix, as it was read. */
export interface ReadPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly journal: Readonly<Record<string, unknown>> | undefined;
}

type Journal = Readonly<Record<string, unknown>>;

/** One member a line, as in a document that a step writes. */
export const SEPARATOR = Buffer.from(",\n");

/**
 * The document that the parts make, as text: the input's members with the bytes that they have, then each output's in the
 * order of their commits, then the journal. An item that is missing is null.
 *
 * @throws SidecarCorruptError where a part is not JSON, there is no input, or a Map's items share their key
 */
export const joinParts = (parts: readonly ReadPart[], txnId: string): Buffer => {
  const ordered = inCommitOrder(parts);
  const input = ordered.find(({ name }) => name === INPUT_NAME);
  if (input === undefined) throw missingInput(txnId, parts.length);
  const document = parseWhole(input.bytes, txnId);
  const members = new Map<string, readonly Buffer[]>();
  for (const { key, start, end } of document.members) members.set(key, [document.bytes.subarray(start, end)]);
  members.delete(JOURNAL_KEY);
  for (const [key, value] of outputsOf(ordered, txnId, new Set(members.keys()))) members.set(key, member(key, value));
  const journal = { ...document.journal, ...journalOf(ordered) };
  if (Object.keys(journal).length > 0) members.set(JOURNAL_KEY, member(JOURNAL_KEY, JSON.stringify(journal)));
  const separated = [...members.values()].flatMap((chunks, at) => (at === 0 ? chunks : [SEPARATOR, ...chunks]));
  return Buffer.concat([Buffer.from("{"), ...separated, Buffer.from("}")]);
};

const member = (key: string, value: Buffer | string): readonly Buffer[] => [
  Buffer.from(`${JSON.stringify(key)}:`),
  typeof value === "string" ? Buffer.from(value) : value,
];

const outputsOf = (parts: readonly ReadPart[], txnId: string, inputKeys: ReadonlySet<string>) => {
  const outputs = new Map<string, ReadPart | ReadPart[]>();
  for (const part of parts) {
    const name = readPartName(part.name);
    if (name === undefined || name.kind === "input") continue;
    const { key } = name;
    const standing = outputs.get(key);
    const isMap = name.kind === "item";
    if (isMap ? inputKeys.has(key) || (standing && !Array.isArray(standing)) : standing) throw shared(txnId, key);
    if (!isMap) outputs.set(key, part);
    else outputs.set(key, Object.assign(standing ?? [], { [name.item]: part }));
  }
  return [...outputs].map(([key, output]) => {
    return [key, Array.isArray(output) ? joinItems(output, txnId) : checked(output, txnId)] as const;
  });
};

const inCommitOrder = (parts: readonly ReadPart[]): readonly ReadPart[] =>
  parts
    .map((part) => ({ part, committedAt: String(part.journal?.committedAt ?? "") }))
    .sort((one, other) => (one.committedAt < other.committedAt ? -1 : Number(one.committedAt > other.committedAt)))
    .map(({ part }) => part);

/** An earlier, longer run of the Map leaves items behind the last that this one has. */
const joinItems = (array: readonly (ReadPart | undefined)[], txnId: string): Buffer => {
  const first = array.find((part) => part !== undefined);
  const count = Number(first?.journal?.items ?? array.length);
  const texts = Array.from({ length: count }, (_, index) => {
    const part = array[index];
    return part === undefined ? "null" : checked(part, txnId).toString("utf8");
  });
  return Buffer.from(`[${texts.join(",")}]`);
};

const checked = (part: ReadPart, txnId: string): Buffer => {
  parsePart(part, txnId);
  const { buffer, byteOffset, length } = withoutVersion(part.bytes);
  return Buffer.from(buffer, byteOffset, length);
};

const journalOf = (parts: readonly ReadPart[]): Journal =>
  journalEntries(parts.flatMap(({ journal }) => (journal === undefined ? [] : [journal])));

/** As the journal of a document has them. */
export const journalEntries = (journals: readonly Journal[]): Journal =>
  Object.fromEntries(
    journals.flatMap(({ step, ...entry }) => {
      return [[typeof entry.item === "number" ? `${String(step)}[${entry.item}]` : String(step), entry]];
    }),
  );

const shared = (txnId: string, key: string): Sfs3Error =>
  corruptPart(txnId, partName(key, 0), "shares its key with the input or with another output");

/** @throws SidecarCorruptError where something else lies under a Map's key */
export const assertUnshared = (txnId: string, key: string, others: readonly string[]): void => {
  if (others.includes(key)) throw shared(txnId, key);
};

/** There is no sidecar, or parts of one whose start is lost. */
export const missingInput = (txnId: string, parts: number): Sfs3Error =>
  parts === 0 ? noSidecar(txnId) : corruptPart(txnId, INPUT_NAME, "is missing");

export const noSidecar = (txnId: string): Sfs3Error =>
  new Sfs3Error("S3DataPreconditionError", `There is no sidecar of transaction '${txnId}'.`);
