import { afterComments, indentAt, lineEndOf } from "./layout.js";
import { NotEditableError } from "./not-editable.js";
import type { SourceWord } from "./source-chain.js";
import type { Insertion } from "./splice.js";
import { spanOf } from "./syntax.js";

/**
 * Adds a branch to a parallel, behind its last one.
 *
 * @param branch `(branch) => branch.step(charge)`
 * @throws `NotEditableError` where its branches are not written one by one
 */
export function addBranch(text: string, { word, call }: SourceWord, branch: string): readonly Insertion[] {
  const last = call.arguments.at(-1);
  if (word !== "parallel" || last === undefined || call.arguments.some(({ type }) => type === "SpreadElement")) {
    throw new NotEditableError("the branches of its parallel are not written one by one");
  }
  const { start, end } = spanOf(last);
  const comma = commaBehind(text, end, spanOf(call).end);
  const from = comma ?? end;
  const at = afterComments(text, from) ?? from;
  const gap = beginsLine(text, start) ? `${lineEndOf(text)}${indentAt(text, start)}` : " ";
  if (comma !== undefined) return [{ at, text: `${gap}${branch},` }];
  return at === end
    ? [{ at, text: `,${gap}${branch}` }]
    : [
        { at: end, text: "," },
        { at, text: `${gap}${branch}` },
      ];
}

const beginsLine = (text: string, offset: number): boolean => /(?:^|[\r\n])[ \t]*$/.test(text.slice(0, offset));

/** Behind the trailing comma; `undefined` where there is none. */
function commaBehind(text: string, start: number, end: number): number | undefined {
  const between = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*)*,/.exec(text.slice(start, end));
  return between === null ? undefined : start + between[0].length;
}
