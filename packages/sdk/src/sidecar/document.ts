import { isUtf8 } from "node:buffer";
import { Sfs3Error } from "../errors.js";
import { isObject } from "../json-object.js";
import { JOURNAL_KEY } from "../names.js";
import { type Member, members } from "./members.js";

/** A sidecar: its bytes as they are, where its members lie in them, and their values. */
export interface SidecarDocument {
  readonly bytes: Buffer;
  readonly members: readonly Member[];
  /** The data: all members but the journal, which is not the steps' to read. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly journal: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export const parseDocument = (given: Uint8Array, txnId: string): SidecarDocument => {
  const bytes = withoutMark(Buffer.from(given.buffer, given.byteOffset, given.byteLength));
  if (!isUtf8(bytes)) throw corrupt(txnId, "is not UTF-8");
  const { [JOURNAL_KEY]: journal = {}, ...value } = parseObject(bytes.toString("utf8"), txnId);
  if (!isObject(journal) || !Object.values(journal).every(isObject)) {
    throw corrupt(txnId, `holds a malformed journal: '${JOURNAL_KEY}' must hold one object per step`);
  }
  const found = members(bytes);
  const keys = new Set(found.map(({ key }) => key));
  if (keys.size !== found.length) throw corrupt(txnId, "holds a top-level key twice, so its meaning is ambiguous");
  return { bytes, members: found, value, journal: journal as SidecarDocument["journal"] };
};

export const rawValue = ({ bytes, members }: SidecarDocument, key: string): Buffer | undefined => {
  const member = members.find((candidate) => candidate.key === key);
  return member === undefined ? undefined : bytes.subarray(member.valueStart, member.end);
};

export const corrupt = (txnId: string, what: string): Sfs3Error =>
  new Sfs3Error("SidecarCorruptError", `The sidecar of transaction '${txnId}' ${what}.`);

const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;

const parseObject = (text: string, txnId: string): Record<string, unknown> => {
  const value = parseJson(text, txnId);
  if (!isObject(value)) throw corrupt(txnId, "is not a JSON object");
  // An own `__proto__` becomes a prototype in the next hand that assigns key by key. It stays in the bytes.
  if (MAY_NAME_PROTO.test(text)) deleteProto(value);
  return value;
};

const parseJson = (text: string, txnId: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // No cause: the parser's message quotes the text.
    throw corrupt(txnId, text === "" ? "is empty" : "is not JSON");
  }
};

/** A cheap look, so that only a document that could hold the key is walked. */
const MAY_NAME_PROTO = /__proto__|\\u00(?:5f|70|72|6f|74)/i;

const deleteProto = (root: object): void => {
  const open: object[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    Reflect.deleteProperty(value, "__proto__");
    for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) open.push(inner);
  }
};

/** Any JSON value, as an object of its own holds it. */
export const parseValue = (given: Uint8Array, txnId: string): unknown => {
  const bytes = withoutMark(Buffer.from(given.buffer, given.byteOffset, given.byteLength));
  if (!isUtf8(bytes)) throw corrupt(txnId, "is not UTF-8");
  const text = bytes.toString("utf8");
  const value = parseJson(text, txnId);
  if (typeof value === "object" && value !== null && MAY_NAME_PROTO.test(text)) deleteProto(value);
  return value;
};
