import type { ImportDeclaration } from "@babel/types";
import { indentAt, lineEndOf } from "./layout.js";
import type { Insertion } from "./splice.js";
import { type Source, spanOf } from "./syntax.js";

/** What to import, and from where: `{ charge as chargeStep }` where the names differ. */
export interface NewImport {
  readonly imported: string;
  readonly local: string;
  /** Relative, with the ending `.js`. */
  readonly specifier: string;
}

/** Adds an import as the module writes its others: with their quotes, semicolons, endings, and in their order. */
export function addImport({ text, tree }: Source, { imported, local, specifier }: NewImport): Insertion {
  const imports = tree.program.body.filter((statement) => statement.type === "ImportDeclaration");
  const names = imported === local ? imported : `${imported} as ${local}`;
  const path = specifier.replace(/\.js$/, endingOf(imports));
  const written = statementLike(text, imports.at(-1), { names, path });
  const lineEnd = lineEndOf(text);
  const before = predecessor(imports, path);
  if (before !== undefined) return { at: lineEndAfter(text, spanOf(before).end), text: `${lineEnd}${written}` };
  const [first] = imports;
  if (first !== undefined)
    return { at: spanOf(first).start, text: `${written}${lineEnd}${indentAt(text, spanOf(first).start)}` };
  return atTheTop({ text, tree }, `${written}${lineEnd}`);
}

interface Wanted {
  readonly names: string;
  readonly path: string;
}

function statementLike(text: string, model: ImportDeclaration | undefined, { names, path }: Wanted): string {
  if (model === undefined) return `import { ${names} } from "${path}";`;
  const { start, end } = spanOf(model.source);
  const quote = text.slice(start, start + 1);
  const semicolon = text.slice(end, spanOf(model).end).includes(";") ? ";" : "";
  return `import { ${names} } from ${quote}${path}${quote}${semicolon}`;
}

const isRelative = ({ source }: ImportDeclaration): boolean => source.value.startsWith(".");

/** The ending that the module's own relative imports have. */
function endingOf(imports: readonly ImportDeclaration[]): string {
  const model = imports.filter(isRelative).at(-1);
  return model === undefined ? ".js" : (/\.[cm]?[jt]s$/.exec(model.source.value)?.[0] ?? "");
}

/** The last import that belongs before it; where the relative ones have no order, the last of all. */
function predecessor(imports: readonly ImportDeclaration[], path: string): ImportDeclaration | undefined {
  const relative = imports.filter(isRelative);
  const inOrder = relative.every(({ source }, index) => {
    const next = relative[index + 1];
    return next === undefined || comesBefore(source.value, next.source.value);
  });
  if (!inOrder) return imports.at(-1);
  const following = imports.findIndex((other) => isRelative(other) && !comesBefore(other.source.value, path));
  return following < 0 ? imports.at(-1) : imports[following - 1];
}

/** Farther modules come first, as organizers of imports have it. */
function comesBefore(one: string, other: string): boolean {
  const depth = (path: string) => path.split("/").filter((part) => part === "..").length;
  if (depth(one) !== depth(other)) return depth(one) > depth(other);
  return one.localeCompare(other, "en", { numeric: true }) <= 0;
}

/** Behind what else stands in the line of an import, such as a comment. */
function lineEndAfter(text: string, offset: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*(?=[\r\n]|$))?/.exec(text.slice(offset))?.[0] ?? "";
  return /^[\r\n]|^$/.test(text.slice(offset + rest.length)) ? offset + rest.length : offset;
}

/** Behind a hashbang, a byte order mark and directives; comments that begin the file keep what they stand above. */
function atTheTop({ text, tree }: Pick<Source, "text" | "tree">, line: string): Insertion {
  const { directives, interpreter } = tree.program;
  const last = directives.at(-1) ?? interpreter;
  if (last === undefined || last === null) return { at: text.startsWith("\uFEFF") ? 1 : 0, text: line };
  const at = lineEndAfter(text, spanOf(last).end);
  return { at, text: `${lineEndOf(text)}${line.trimEnd()}` };
}
