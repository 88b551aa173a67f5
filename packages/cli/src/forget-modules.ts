import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";

/** Lets the modules of a project be loaded from their files again: those below `folder` that are not installed packages. */
export function forgetModules(folder: string): void {
  const { cache } = createRequire(import.meta.url);
  const own = join(realpathSync(folder), sep);
  for (const path of Object.keys(cache)) {
    if (path.startsWith(own) && !path.slice(own.length).split(sep).includes("node_modules")) delete cache[path];
  }
}
