import { parseValue } from "../document.js";
import { type Member, members, spans } from "../members.js";

/** Valid JSON of which only pieces are parsed. Where they lie is looked for once. */
export interface JsonBytes {
  readonly sizeBytes: number;
  /** The value, but for the array at `path`: that is its element at `index`, or `undefined` where it has none. */
  withElement(place: ElementPlace): unknown;
  /** Whether it is an object with such a key. */
  has(key: string): boolean;
}

export interface ElementPlace {
  /** Keys that lead to the array; none where the value is the array. */
  readonly path: readonly string[];
  readonly index: number;
  /** For messages. */
  readonly txnId: string;
}

const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const SPACE = 0x20;

export const jsonBytes = (given: Uint8Array): JsonBytes => {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const found = new Map<string, readonly Member[] | Uint32Array>();
  const once = <T extends readonly Member[] | Uint32Array>(path: string, look: () => T): T => {
    if (!found.has(path)) found.set(path, look());
    return found.get(path) as T;
  };
  const at = (piece: Buffer, walked: readonly string[], { path, index, txnId }: ElementPlace): unknown => {
    const id = JSON.stringify(walked);
    const [next, ...below] = path;
    const first = firstByte(piece);
    if (next === undefined) {
      if (first !== OPENING_BRACKET) return parseValue(piece, txnId);
      const [start, end] = once(id, () => bounds(piece)).subarray(2 * index, 2 * index + 2);
      return start === undefined ? undefined : parseValue(piece.subarray(start, end), txnId);
    }
    if (first !== OPENING_BRACE) return parseValue(piece, txnId);
    const entries = once(id, () => members(piece)).map(({ key, valueStart, end }) => {
      const value = piece.subarray(valueStart, end);
      const isOnWay = key === next;
      return [key, isOnWay ? at(value, [...walked, key], { path: below, index, txnId }) : parseValue(value, txnId)];
    });
    return Object.fromEntries(entries.filter(([key]) => key !== "__proto__"));
  };
  return {
    sizeBytes: bytes.length,
    withElement: (place) => at(bytes, [], place),
    has: (key) =>
      firstByte(bytes) === OPENING_BRACE && once("[]", () => members(bytes)).some((member) => member.key === key),
  };
};

/** Where each element begins and ends, in turn. As objects, 100,000 of them would take as much memory as what they bound. */
const bounds = (array: Buffer): Uint32Array => {
  const elements = spans(array);
  const found = new Uint32Array(2 * elements.length);
  for (const [index, { start, end }] of elements.entries()) found.set([start, end], 2 * index);
  return found;
};

const firstByte = (bytes: Buffer): number | undefined => bytes.find((byte) => byte > SPACE);
