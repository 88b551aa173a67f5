import type { CallExpression, Expression, Node } from "@babel/types";
import type { Chain, FlowState } from "@sfs3/sdk/flow";
import { branchesOf, WORDS, type Word } from "./branches.js";
import { spanOf, takesMembers, unwrapped } from "./syntax.js";

/** One call of a chain: `.step(charge)`. */
export interface SourceWord {
  readonly word: Word;
  readonly call: CallExpression & { readonly callee: { readonly object: Expression; readonly property: Node } };
}

/** A chain as it is written, beside the states it makes. */
export interface SourceChain {
  readonly states: Chain;
  /** What the calls hang on: `flow(...)`, a branch's parameter, or anything that gives a flow. */
  readonly root: Node;
  /** The calls behind the root, in order. */
  readonly words: readonly SourceWord[];
  /** How many states the root has made: 0 for `flow(...)`. */
  readonly rootStates: number;
}

/**
 * Every chain of a flow that is written in place, outer before inner. A chain that is made in other ways, by a loop or a
 * helper, is left out, or its beginning is; so is one whose calls are not those that made its states.
 */
export function sourceChains(expression: Node, states: Chain): readonly SourceChain[] {
  const { root, words } = unchained(unwrapped(expression), []);
  const made = words.filter(({ word }) => word !== "catch");
  const rootStates = states.length - made.length;
  const fits = made.every(({ word }, index) => states[rootStates + index]?.kind === word);
  if (rootStates < 0 || !fits) return [];
  const chain: SourceChain = { states, root, words, rootStates };
  return [chain, ...words.flatMap((word, index) => innerSources(chain, word, index))];
}

/** The calls of the vocabulary at the end of an expression, and what they are called on. */
function unchained(node: Node, behind: readonly SourceWord[]): Pick<SourceChain, "root" | "words"> {
  const inner = unwrapped(node);
  const word = asWord(inner);
  return word === undefined ? { root: node, words: behind } : unchained(word.call.callee.object, [word, ...behind]);
}

function asWord(node: Node): SourceWord | undefined {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  const { object, property, computed } = node.callee;
  if (computed || property.type !== "Identifier" || !isWord(property.name) || !takesMembers(object)) return undefined;
  return { word: property.name, call: node as SourceWord["call"] };
}

const isWord = (name: string): name is Word => Object.hasOwn(WORDS, name);

function innerSources(chain: SourceChain, { word, call }: SourceWord, index: number): readonly SourceChain[] {
  const state = chain.states[stateCount(chain, index + 1) - 1];
  if (state === undefined) return [];
  const chains = word === "catch" ? [recoveryOf(chain, index, state)] : chainsOf(state);
  return branchesOf(word, call).flatMap((body, branch) => {
    const states = chains[branch];
    return body === undefined || states === undefined ? [] : sourceChains(body, states);
  });
}

/** How many states there are before the word at `index`. */
export const stateCount = ({ words, rootStates }: SourceChain, index: number): number =>
  rootStates + words.slice(0, index).filter(({ word }) => word !== "catch").length;

/** Catches are counted from the last: the first ones may belong to a root that cannot be seen. */
function recoveryOf({ words }: SourceChain, index: number, { catchers }: FlowState): Chain | undefined {
  const next = words.findIndex(({ word }, other) => other > index && word !== "catch");
  const following = (next < 0 ? words.length : next) - index;
  return catchers.at(-following)?.recovery;
}

function chainsOf(state: FlowState): readonly Chain[] {
  switch (state.kind) {
    case "parallel":
      return state.branches;
    case "choice":
      return [...state.cases.map(({ run }) => run), state.otherwise];
    case "map":
    case "repeat":
      return [state.body];
    default:
      return [];
  }
}

/** The node that stands before the word at `index`. */
export const nodeBefore = ({ root, words }: SourceChain, index: number): Node => words[index - 1]?.call ?? root;

/** What stands between a call and what it is called on, its dot included. */
export function gapBefore({ call }: SourceWord): { readonly start: number; readonly end: number } {
  return { start: spanOf(call.callee.object).end, end: spanOf(call.callee.property).start };
}
