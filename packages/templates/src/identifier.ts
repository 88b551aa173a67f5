/** The specification's reserved words in modules and strict code, and names that CommonJS and functions bring along. */
const RESERVED =
  "arguments await break case catch class const continue debugger default delete do else enum export exports extends false finally for function if implements import in instanceof interface let module new null package private protected public require return static super switch this throw true try typeof var void while with yield";

/** Nothing gets one of these names: its own code may want to call `fetch`. */
const TAKEN: ReadonlySet<string> = new Set([
  ...RESERVED.split(" "),
  ...Object.getOwnPropertyNames(globalThis),
  ...Object.getOwnPropertyNames(Object.prototype),
]);

export interface IdentifierOptions {
  /** Put before a name that is no identifier or is taken. */
  readonly prefix: string;
  /** Names that the templates need for themselves. */
  readonly taken: readonly string[];
}

/** `step-a` is `stepA`, `STEP_A` as well; with the prefix `step`, `1st` is `step1st` and `class` is `stepClass`. */
export function identifierOf(name: string, { prefix, taken }: IdentifierOptions): string {
  const [first = "", ...others] = name.split(/[-_]+/).filter((word) => word !== "");
  const identifier = [uncapitalized(first), ...others.map(capitalized)].join("");
  const isFree = !/^\d/.test(identifier) && !TAKEN.has(identifier) && !taken.includes(identifier);
  return isFree ? identifier : `${prefix}${capitalized(identifier)}`;
}

export const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const uncapitalized = (word: string): string =>
  word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);
