import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Which sources a specifier may mean, as TypeScript and bundlers read it: `./flow.js` is what `flow.ts` becomes. */
const CANDIDATES: readonly ((path: string) => string)[] = [
  (path) => path.replace(/\.([cm]?)js$/, ".$1ts"),
  (path) => path.replace(/\.jsx?$/, ".tsx"),
  (path) => path,
  ...["ts", "tsx", "mts", "js", "mjs"].map((ending) => (path: string) => `${path}.${ending}`),
  ...["ts", "js"].map((ending) => (path: string) => `${path}/index.${ending}`),
];

/** The file that a module imports by a relative specifier; `undefined` for packages, and where there is no such file. */
export function resolveModule(from: string, specifier: string): string | undefined {
  if (!/^\.\.?(\/|$)/.test(specifier)) return undefined;
  const target = resolve(dirname(from), specifier);
  return CANDIDATES.map((candidate) => candidate(target)).find(
    (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  );
}
