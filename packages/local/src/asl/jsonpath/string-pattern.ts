/** Whether a text is of a pattern. */
export type StringPattern = (text: string) => boolean;

/** Compiles the pattern of StringMatches: `*` stands for any text, `\\*` for a star, `\\\\` for a backslash. */
export function compileStringPattern(pattern: string): StringPattern {
  const [first = "", ...rest] = literalsOf(pattern);
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    // Left to right, the first place is always good enough: no backtracking, however many stars.
    let position = first.length;
    for (const literal of rest) {
      const found = text.indexOf(literal, position);
      if (found < 0) return false;
      position = found + literal.length;
    }
    return text.length - position >= last.length && text.endsWith(last);
  };
}

/** The texts between the stars. */
function literalsOf(pattern: string): readonly string[] {
  const literals = [""];
  for (const token of pattern.match(/\\[\\*]|\*|./gsu) ?? []) {
    if (token === "*") literals.push("");
    else literals[literals.length - 1] += token.length > 1 && token.startsWith("\\") ? token.slice(1) : token;
  }
  return literals;
}
