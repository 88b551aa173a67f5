import { crc32 } from "node:zlib";
import { type Member, memberAt, type Span } from "./members.js";
import { type MemberBytes, wrapObject } from "./splice.js";

/**
 * A sidecar as sfs3 writes it: a JSON object with one member a line. JSON has no line break inside a string, and sfs3
 * leaves none between tokens, so each line break ends a member, and bounds are found without a parser. The seal is what
 * tells such bytes from any other document: it is that of exactly these bytes, and lies beside them, where who writes
 * anew does not keep it.
 */
export interface Framed {
  readonly bytes: Buffer;
  readonly seal: string;
}

const LINE_BREAK = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING = 0x7b;
const CLOSING = 0x7d;
const SEPARATOR = Buffer.from(",\n");

/** Frames members, each of them JSON. A line break that another writer put between tokens becomes a space. */
export const frame = (members: readonly MemberBytes[]): Framed => {
  const lines = members.map((pieces) => pieces.map(onOneLine));
  const bytes = wrapObject(lines, SEPARATOR);
  return { bytes, seal: sealOf(bytes) };
};

/** The members of a framed document; `undefined` where the bytes are not as sfs3 wrote them. */
export const framedMembers = (bytes: Buffer, seal: string | undefined): readonly Member[] | undefined => {
  if (seal === undefined || seal !== sealOf(bytes)) return undefined;
  const lines = linesOf(bytes);
  try {
    return lines?.map((line) => memberAt(bytes, line));
  } catch {
    // A seal can be forged: what is no key is for the whole parser to refuse.
    return undefined;
  }
};

/** CRC-32 of all bytes, in base64, as S3 takes it for an object's checksum. */
const sealOf = (bytes: Buffer): string => {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString("base64");
};

const linesOf = (bytes: Buffer): readonly Span[] | undefined => {
  if (bytes[0] !== OPENING || bytes[bytes.length - 1] !== CLOSING) return undefined;
  const lines: Span[] = [];
  for (let start = 1; ; ) {
    const lineBreak = bytes.indexOf(LINE_BREAK, start);
    const isLast = lineBreak === -1;
    const end = isLast ? bytes.length - 1 : lineBreak - 1;
    if (bytes[start] !== QUOTE || (!isLast && bytes[end] !== COMMA)) return undefined;
    lines.push({ start, end });
    if (isLast) return lines;
    start = lineBreak + 1;
  }
};

const onOneLine = (json: Buffer): Buffer => {
  let lineBreak = json.indexOf(LINE_BREAK);
  if (lineBreak === -1) return json;
  const line = Buffer.from(json);
  for (; lineBreak !== -1; lineBreak = line.indexOf(LINE_BREAK, lineBreak + 1)) line[lineBreak] = SPACE;
  return line;
};
