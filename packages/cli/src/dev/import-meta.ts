import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

/** What a module may call its own address, and the variable that says it in a bundle. */
const ADDRESSES = {
  "import.meta.url": "__sfs3_url",
  "import.meta.filename": "__sfs3_filename",
  "import.meta.dirname": "__sfs3_dirname",
  __filename: "__sfs3_filename",
  __dirname: "__sfs3_dirname",
} as const;

const MENTIONS = new RegExp(Object.keys(ADDRESSES).join("|").replaceAll(".", "\\s*\\.\\s*"));

/** Lets a module that is bundled find the files that lie beside it: its address is that of its source. */
export const importMeta: Plugin = {
  name: "sfs3-import-meta",
  setup: (build) => {
    build.initialOptions.define = { ...ADDRESSES };
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!MENTIONS.test(source)) return undefined;
      const url = pathToFileURL(path).href;
      const values = { __sfs3_url: url, __sfs3_filename: path, __sfs3_dirname: dirname(path) };
      const declared = Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
      // On the first line, so that every line keeps its number.
      return { contents: `${declared.join("")}${withoutHashbang(source)}`, loader: loaderOf(path), watchFiles: [path] };
    });
  },
};

const withoutHashbang = (source: string): string => source.replace(/^#!.*/, "");

function loaderOf(path: string): "ts" | "tsx" | "jsx" | "js" {
  const [, loader = "js"] = /\.[cm]?([jt]sx?)$/.exec(path) ?? [];
  return loader as "ts" | "tsx" | "jsx" | "js";
}
