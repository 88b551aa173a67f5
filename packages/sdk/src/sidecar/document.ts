import { isUtf8 } from "node:buffer";
import { Sfs3Error } from "../errors.js";
import { type Member, members } from "./members.js";

/** A sidecar: its bytes as they are, where its members lie in them, and their values. */
export interface SidecarDocument {
  readonly bytes: Buffer;
  readonly members: readonly Member[];
  readonly value: Readonly<Record<string, unknown>>;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export const parseDocument = (given: Uint8Array, txnId: string): SidecarDocument => {
  const bytes = withoutMark(Buffer.from(given.buffer, given.byteOffset, given.byteLength));
  if (!isUtf8(bytes)) throw corrupt(txnId, "is not UTF-8");
  const value = parseObject(bytes.toString("utf8"), txnId);
  const found = members(bytes);
  const keys = new Set(found.map(({ key }) => key));
  if (keys.size !== found.length) throw corrupt(txnId, "holds a top-level key twice, so its meaning is ambiguous");
  return { bytes, members: found, value };
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
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    // An own `__proto__` becomes a prototype in the next hand that assigns key by key. It stays in the bytes.
    return MAY_NAME_PROTO.test(text)
      ? (withoutProto(value) as Record<string, unknown>)
      : (value as Record<string, unknown>);
  }
  throw corrupt(txnId, "is not a JSON object");
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

const withoutProto = (root: unknown): unknown => {
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) Reflect.deleteProperty(value, "__proto__");
    for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) open.push(inner);
  }
  return root;
};
