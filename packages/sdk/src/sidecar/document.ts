import { isUtf8 } from "node:buffer";
import { Sfs3Error } from "../errors.js";
import { isObject } from "../json-object.js";
import { JOURNAL_KEY } from "../names.js";
import { framedMembers } from "./frame.js";
import { type Member, members } from "./members.js";
import { textOf } from "./text.js";

/** A sidecar: its bytes as they are, where its members lie in them, and their values. */
export interface SidecarDocument {
  readonly bytes: Buffer;
  readonly members: readonly Member[];
  /** The data that was wanted, at least: never the journal, which is not the steps' to read. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly journal: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A document as it was read: its bytes, and the seal that lay beside them. */
export interface StoredDocument {
  readonly bytes: Buffer;
  readonly seal: string | undefined;
}

/** What of a document is wanted: its members of these keys, or `undefined` for all. */
export interface Wanted {
  readonly txnId: string;
  readonly keys?: ReadonlySet<string> | undefined;
}

/** Of a document that sfs3 framed, only the members that are wanted are parsed; any other is parsed whole. */
export const parseDocument = ({ bytes, seal }: StoredDocument, wanted: Wanted): SidecarDocument => {
  const found = framedMembers(bytes, seal);
  const isFramed = found !== undefined && isUnambiguous(found);
  return isFramed ? parseMembers(bytes, found, wanted) : parseWhole(bytes, wanted.txnId);
};

const parseMembers = (bytes: Buffer, found: readonly Member[], { txnId, keys }: Wanted): SidecarDocument => {
  const isWanted = ({ key }: Member) => key === JOURNAL_KEY || (key !== "__proto__" && (keys?.has(key) ?? true));
  const entries = found
    .filter(isWanted)
    .map(({ key, valueStart, end }) => [key, parseJson(bytes.subarray(valueStart, end), txnId)]);
  return { bytes, members: found, ...withoutJournal(Object.fromEntries(entries), txnId) };
};

/** A document of any writer. */
export const parseWhole = (given: Uint8Array, txnId: string): SidecarDocument => {
  const bytes = withoutMark(given);
  const whole = parseText(bytes, txnId);
  if (!isObject(whole)) throw corrupt(txnId, "is not a JSON object");
  const data = withoutJournal(whole, txnId);
  const found = members(bytes);
  if (!isUnambiguous(found)) throw corrupt(txnId, "holds a top-level key twice, so its meaning is ambiguous");
  return { bytes, members: found, ...data };
};

const isUnambiguous = (found: readonly Member[]): boolean => new Set(found.map(({ key }) => key)).size === found.length;

const withoutJournal = (
  { [JOURNAL_KEY]: journal = {}, ...value }: Readonly<Record<string, unknown>>,
  txnId: string,
): Pick<SidecarDocument, "value" | "journal"> => {
  if (!isObject(journal) || !Object.values(journal).every(isObject)) {
    throw corrupt(txnId, `holds a malformed journal: '${JOURNAL_KEY}' must hold one object per step`);
  }
  return { value, journal: journal as SidecarDocument["journal"] };
};

export const rawValue = ({ bytes, members }: SidecarDocument, key: string): Buffer | undefined => {
  const member = members.find((candidate) => candidate.key === key);
  return member === undefined ? undefined : bytes.subarray(member.valueStart, member.end);
};

export const corrupt = (txnId: string, what: string): Sfs3Error =>
  new Sfs3Error("SidecarCorruptError", `The sidecar of transaction '${txnId}' ${what}.`);

const withoutMark = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const isMarked = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return isMarked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
};

const parseJson = (bytes: Buffer, txnId: string): unknown => {
  try {
    const text = textOf(bytes);
    const value: unknown = JSON.parse(text);
    // An own `__proto__` becomes a prototype in the next hand that assigns key by key. It stays in the bytes.
    if (mayNameProto(bytes, text)) deleteProto(value);
    return value;
  } catch {
    // No cause: the parser's message quotes the text.
    throw corrupt(txnId, bytes.length === 0 ? "is empty" : "is not JSON");
  }
};

/** A cheap look, so that only a document that could hold the key is walked. Bytes are searched faster than text. */
const mayNameProto = (bytes: Buffer, text: string): boolean =>
  bytes.includes("__proto__") || (bytes.includes("\\u00") && ESCAPED_LETTER.test(text));

const ESCAPED_LETTER = /\\u00(?:5f|70|72|6f|74)/i;

const deleteProto = (root: unknown): void => {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    Reflect.deleteProperty(value, "__proto__");
    for (const inner of Object.values(value)) open.push(inner);
  }
};

/** Any JSON value, as an object of its own holds it. */
export const parseValue = (given: Uint8Array, txnId: string): unknown => parseText(withoutMark(given), txnId);

const parseText = (bytes: Buffer, txnId: string): unknown => {
  if (!isUtf8(bytes)) throw corrupt(txnId, "is not UTF-8");
  return parseJson(bytes, txnId);
};
