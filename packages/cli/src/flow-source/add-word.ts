import { afterComments, fits, indentAt, indentUnit, lineEndOf } from "./layout.js";
import { NotEditableError } from "./not-editable.js";
import { gapBefore, nodeBefore, type SourceChain } from "./source-chain.js";
import type { Insertion } from "./splice.js";
import { spanOf, takesMembers } from "./syntax.js";

/**
 * Adds a call to a chain, before its word at `index`: on a line of its own where the calls around it have one. A chain
 * in one line that becomes too long, or hangs on what takes several lines, gets a line for each call, as formatters do.
 *
 * @param call `.step(charge)`
 * @throws `NotEditableError` where nothing can be called on what stands before it
 */
export function addWord(
  text: string,
  chain: SourceChain,
  { index, call }: { readonly index: number; readonly call: string },
): readonly Insertion[] {
  const before = nodeBefore(chain, index);
  if (!takesMembers(before)) throw new NotEditableError("its first states are made by an expression of another kind");
  const { end } = spanOf(before);
  const indent = lineOfItsOwn(text, chain, index);
  if (indent !== undefined)
    return [{ at: afterComments(text, end) ?? end, text: `${lineEndOf(text)}${indent}${call}` }];
  const comments = afterComments(text, end);
  if (comments === undefined && fits(text, end, call.length) && !growsBehindLines(text, chain))
    return [{ at: end, text: call }];
  const line = `${lineEndOf(text)}${indentAt(text, spanOf(chain.root).start)}${indentUnit(text)}`;
  return [{ at: comments ?? end, text: `${line}${call}` }, ...broken(text, chain, line)];
}

const growsBehindLines = (text: string, { root, words }: SourceChain): boolean =>
  words.length > 0 && /[\r\n]/.test(text.slice(spanOf(root).start, spanOf(root).end));

/** A new line before each call that nothing but its dot parts from what it is called on. */
const broken = (text: string, { words }: SourceChain, line: string): readonly Insertion[] =>
  words.map(gapBefore).flatMap(({ start, end }) => (text.slice(start, end) === "." ? [{ at: start, text: line }] : []));

/** How far the neighbour is indented where it begins a line: the word behind, else the one before. */
function lineOfItsOwn(text: string, { words }: SourceChain, index: number): string | undefined {
  const neighbour = words[index] ?? words[index - 1];
  if (neighbour === undefined) return undefined;
  const { start, end } = gapBefore(neighbour);
  return /[\r\n]/.test(text.slice(start, end)) ? indentAt(text, end) : undefined;
}
