import { basename, dirname, relative, sep } from "node:path";

/** How a module is imported from a folder: relative, under the name that its source gets when it is compiled. */
export function importSpecifier(folder: string, path: string): string {
  const way = relative(folder, dirname(path)).split(sep).join("/");
  const file = basename(path)
    .replace(/\.tsx?$/, ".js")
    .replace(/\.([cm])ts$/, ".$1js");
  const prefix = way === "" ? "./" : way.startsWith("..") ? `${way}/` : `./${way}/`;
  return `${prefix}${file}`;
}
