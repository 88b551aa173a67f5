/** Reads a text from left to right. */
export interface Reader {
  readonly text: string;
  position(): number;
  atEnd(): boolean;
  /** Whether this text stands here; reads over it if so. */
  take(expected: string): boolean;
  expect(expected: string): void;
  /** Reads what the sticky pattern matches here. */
  match(pattern: RegExp): string | undefined;
  skipSpace(): void;
  fail(reason: string): never;
}

const SPACE = /\s*/y;

export function createReader(text: string): Reader {
  let position = 0;
  const fail = (reason: string): never => {
    throw new Error(`${reason} at position ${position + 1} of ${text}`);
  };
  const take = (expected: string) => {
    const found = text.startsWith(expected, position);
    if (found) position += expected.length;
    return found;
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) position += found.length;
    return found;
  };
  return {
    text,
    take,
    match,
    fail,
    position: () => position,
    atEnd: () => position === text.length,
    expect: (expected) => {
      if (!take(expected)) fail(`"${expected}" is expected`);
    },
    skipSpace: () => {
      match(SPACE);
    },
  };
}
