/** A member of an object, as it lies in the bytes: from its key's quote to its value's last byte. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  /** Exclusive. */
  readonly end: number;
}

export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;

/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Most strings end within so many bytes; finding their end by hand is faster than calling `indexOf`. */
const NEAR_BYTES = 48;

/** The members of the object in `bytes`, which must be valid JSON: this finds boundaries, it does not validate. */
export const members = (bytes: Buffer): readonly Member[] => spans(bytes).map((span) => memberAt(bytes, span));

/** The member that lies in `span`, which begins at its key. */
export const memberAt = (bytes: Buffer, { start, end }: Span): Member => {
  const keyEnd = skipString(bytes, start);
  const valueStart = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
  return { key: JSON.parse(bytes.toString("utf8", start, keyEnd)) as string, start, valueStart, end };
};

/** What lies between the outermost brackets, comma by comma: members of an object, elements of an array. */
export const spans = (bytes: Buffer): readonly Span[] => {
  const found: Span[] = [];
  let at = skipSpace(bytes, skipSpace(bytes, 0) + 1);
  while (at < bytes.length && !isClosing(bytes[at] ?? 0)) {
    const end = skipValues(bytes, at);
    found.push({ start: at, end: trimEnd(bytes, end) });
    at = bytes[end] === COMMA ? skipSpace(bytes, end + 1) : end;
  }
  return found;
};

const isOpening = (byte: number): boolean => (byte | CURLY) === OPENING;
const isClosing = (byte: number): boolean => (byte | CURLY) === CLOSING;

/** To the comma or the bracket that ends what begins at `from`. */
const skipValues = (bytes: Buffer, from: number): number => {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (depth === 0 && (byte === COMMA || isClosing(byte))) return at;
    if (isOpening(byte)) depth += 1;
    if (isClosing(byte)) depth -= 1;
    at = byte === QUOTE ? skipString(bytes, at) : at + 1;
  }
  return at;
};

/** From a string's first quote to just after its last. */
const skipString = (bytes: Buffer, from: number): number => {
  const near = Math.min(bytes.length, from + NEAR_BYTES);
  for (let at = from + 1; at < near; at += 1) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at += 1;
  }
  let quote = bytes.indexOf(QUOTE, near);
  while (quote !== -1 && isEscaped(bytes, quote)) quote = bytes.indexOf(QUOTE, quote + 1);
  return quote === -1 ? bytes.length : quote + 1;
};

const isEscaped = (bytes: Buffer, at: number): boolean => {
  let before = at;
  while (bytes[before - 1] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 1;
};

const skipSpace = (bytes: Buffer, from: number): number => {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at += 1;
  return at;
};

const trimEnd = (bytes: Buffer, end: number): number => {
  let at = end;
  while ((bytes[at - 1] ?? SPACE + 1) <= SPACE) at -= 1;
  return at;
};
