const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** What XML has no way to write. Source: Extensible Markup Language 1.0, "Characters". */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text between tags. */
export const textOf = (text: string): string =>
  text.replace(NO_CHARACTER, "\u{FFFD}").replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);
