const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** How many brackets of a JSON text are open at once, at most. One that is not JSON has some number as well. */
export const jsonDepth = (text: string): number => {
  let [depth, deepest] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at);
    else if ((code | CURLY) === OPENING) deepest = Math.max(deepest, ++depth);
    else if ((code | CURLY) === CLOSING) depth -= 1;
  }
  return deepest;
};

/** Where the string ends that begins at `from`. */
const stringEnd = (text: string, from: number): number => {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
};
