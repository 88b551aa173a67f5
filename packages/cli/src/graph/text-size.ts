/** Unit: pixels. */
export const FONT_SIZE = 12;

/** Unit: pixels. */
export const LINE_HEIGHT = 16;

/** A character of a monospaced font is about 0.6 of its size wide; some fonts need a little more. */
const CHARACTER_WIDTH = 7.4;

/** Scripts whose characters are twice as wide in a monospaced font. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

/** How wide a line is, without a browser to ask. Unit: pixels. */
export const textWidth = (line: string): number =>
  [...line].reduce((width, char) => width + (WIDE.test(char) ? 2 : 1) * CHARACTER_WIDTH, 0);
