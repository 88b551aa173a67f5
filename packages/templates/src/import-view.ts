import type { View } from "./view.js";

/** A constant of another module, under the name that it has here. */
export interface NamedImport {
  readonly name: string;
  /** Default: its own name. */
  readonly as?: string;
  /** The specifier: `./reserve.js`. */
  readonly from: string;
}

/** One import statement. */
export interface ImportView extends View {
  /** What is imported, in its braces: `{ A, B as C }`. */
  readonly clause: string;
  readonly from: string;
}

const MAX_COLUMNS = 120;

/** One statement a module, in the order in which organizers of imports have them: the farthest first. */
export function importViews(imports: readonly NamedImport[]): readonly ImportView[] {
  const modules = [...new Set(imports.map(({ from }) => from))].sort(byPlace);
  return modules.map((from) => {
    const names = imports.filter((one) => one.from === from).map(({ name, as = name }) => ({ name, as }));
    return { from, clause: clauseOf(names, from) };
  });
}

function clauseOf(imported: readonly { readonly name: string; readonly as: string }[], from: string): string {
  const names = imported
    .toSorted((one, other) => naturally(one.name, other.name))
    .map(({ name, as }) => (name === as ? name : `${name} as ${as}`));
  const unique = [...new Set(names)];
  const line = `{ ${unique.join(", ")} }`;
  const fits = `import ${line} from "${from}";`.length <= MAX_COLUMNS;
  return fits || unique.length === 1 ? line : `{\n${unique.map((name) => `  ${name},\n`).join("")}}`;
}

function byPlace(one: string, other: string): number {
  const depth = (path: string) => path.split("/").filter((part) => part === "..").length;
  return depth(other) - depth(one) || naturally(one, other);
}

const naturally = (one: string, other: string): number => one.localeCompare(other, "en", { numeric: true });
