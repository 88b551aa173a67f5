/** Longest line that is made longer; formatters break at 80 to 120 columns. */
const MAX_COLUMNS = 120;

export const lineEndOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/** The white space that the line of `offset` begins with. */
export function indentAt(text: string, offset: number): string {
  const line = text.slice(lineStart(text, offset));
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** One level of indentation, as the source has it. */
export const indentUnit = (text: string): string =>
  /^\t/m.test(text) ? "\t" : (/^ {2,8}(?=\S)/m.exec(text)?.[0] ?? "  ");

const lineStart = (text: string, offset: number): number =>
  Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;

/** Whether the line of `offset` still fits when `length` characters are added to it. */
export function fits(text: string, offset: number, length: number): boolean {
  const rest = text.slice(offset).search(/[\r\n]/);
  const end = rest < 0 ? text.length : offset + rest;
  return end - lineStart(text, offset) + length <= MAX_COLUMNS;
}

/** Where the comments end that stand behind `offset` in the rest of its line; `undefined` where there are none. */
export function afterComments(text: string, offset: number): number | undefined {
  const [comments] = /^(?:[ \t]*\/\*(?:(?!\*\/)[^\r\n])*\*\/)*(?:[ \t]*\/\/[^\r\n]*)?/.exec(text.slice(offset)) ?? [""];
  const end = offset + comments.length;
  const lineIsOver = /^[ \t]*(?:\r|\n|$)/.test(text.slice(end));
  return comments.length > 0 && lineIsOver ? end : undefined;
}
