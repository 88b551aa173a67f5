import { afterComments, fits, indentAt, indentUnit, lineEndOf } from "./layout.js";
import { NotEditableError } from "./not-editable.js";
import { gapBefore, nodeBefore, type SourceChain } from "./source-chain.js";
import type { Insertion } from "./splice.js";
import { spanOf, takesMembers } from "./syntax.js";

/**
 * Adds a call to a chain, before its word at `index`: on a line of its own where the calls around it have one.
 *
 * @param call `.step(charge)`
 * @throws `NotEditableError` where nothing can be called on what stands before it
 */
export function addWord(text: string, chain: SourceChain, { index, call }: { index: number; call: string }): Insertion {
  const before = nodeBefore(chain, index);
  if (!takesMembers(before)) throw new NotEditableError("its first states are made by an expression of another kind");
  const { end } = spanOf(before);
  const comments = afterComments(text, end);
  const indent = lineOfItsOwn(text, chain, index);
  const breaks = indent !== undefined || comments !== undefined || !fits(text, end, call.length);
  if (!breaks) return { at: end, text: call };
  const fallback = indentAt(text, spanOf(before).start) + indentUnit(text);
  return { at: comments ?? end, text: `${lineEndOf(text)}${indent ?? fallback}${call}` };
}

/** How far the neighbour is indented where it begins a line: the word behind, else the one before. */
function lineOfItsOwn(text: string, { words }: SourceChain, index: number): string | undefined {
  const neighbour = words[index] ?? words[index - 1];
  if (neighbour === undefined) return undefined;
  const { start, end } = gapBefore(neighbour);
  return /[\r\n]/.test(text.slice(start, end)) ? indentAt(text, end) : undefined;
}
