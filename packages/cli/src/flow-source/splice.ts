/** Text to put into a source, before what stands at `at`. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The source with every insertion; those at the same place in the order given. Nothing else changes. */
export function splice(text: string, insertions: readonly Insertion[]): string {
  const ordered = insertions.toSorted((one, other) => one.at - other.at);
  const ends = [...ordered.slice(1).map(({ at }) => at), text.length];
  const pieces = ordered.map((insertion, index) => insertion.text + text.slice(insertion.at, ends[index]));
  return text.slice(0, ordered[0]?.at ?? text.length) + pieces.join("");
}
