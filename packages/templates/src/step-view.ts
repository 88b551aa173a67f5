import type { View } from "./view.js";

/** What the templates of a step are made from. */
export interface StepView extends View {
  /** The step's name, as the wire knows it. */
  readonly name: string;
  /** The exported constant. */
  readonly identifier: string;
  /** Begins the names of its schemas. */
  readonly typeName: string;
  readonly reads: readonly { readonly key: string; readonly property: string }[];
}

/** Names that a step's files need for themselves. */
const USED_BY_TEMPLATES = ["z", "defineStep", "testStep", "test", "expect", "sidecar", "result"];

/** The specification's reserved words in modules and strict code, and names that CommonJS and functions bring along. */
const RESERVED =
  "arguments await break case catch class const continue debugger default delete do else enum export exports extends false finally for function if implements import in instanceof interface let module new null package private protected public require return static super switch this throw true try typeof var void while with yield";

/** A step of one of these names gets another identifier: its own code may want to call `fetch`. */
const TAKEN: ReadonlySet<string> = new Set([
  ...USED_BY_TEMPLATES,
  ...RESERVED.split(" "),
  ...Object.getOwnPropertyNames(globalThis),
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/**
 * The view of the `step` templates.
 *
 * @param name `[A-Za-z0-9_-]{1,64}` with a letter or digit in it; the caller has checked it
 * @param reads keys of the sidecar, without quotes, backslashes and control characters; the caller has checked them
 */
export const stepView = ({ name, reads }: { readonly name: string; readonly reads: readonly string[] }): StepView => {
  const identifier = identifierOf(name);
  return {
    name,
    identifier,
    typeName: capitalized(identifier),
    reads: reads.map((key) => ({ key, property: propertyOf(key) })),
  };
};

/** `step-a` is `stepA`, `STEP_A` as well; `1st` is `step1st`, `class` is `stepClass`. */
function identifierOf(name: string): string {
  const [first = "", ...others] = name.split(/[-_]+/).filter((word) => word !== "");
  const identifier = [uncapitalized(first), ...others.map(capitalized)].join("");
  return /^\d/.test(identifier) || TAKEN.has(identifier) ? `step${capitalized(identifier)}` : identifier;
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const uncapitalized = (word: string): string =>
  word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);

const propertyOf = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key);
