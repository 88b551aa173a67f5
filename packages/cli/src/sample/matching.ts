import { sample, stringMatching } from "fast-check";

const TRIES = 200;

/** Strings that a pattern matches, the same each time; none for a pattern that no string can be made for. */
export function stringsMatching(pattern: string): readonly string[] {
  try {
    const strings = sample(stringMatching(new RegExp(pattern, "u")), { numRuns: TRIES, seed: 1 });
    return strings.toSorted((one, other) => legibility(one) - legibility(other));
  } catch {
    // Lookarounds and the like cannot be turned round; the caller says that there is no sample.
    return [];
  }
}

/** Short strings of letters and digits first. */
const legibility = (text: string): number => text.length + 10 * text.replaceAll(/[A-Za-z0-9 _.-]/g, "").length;
